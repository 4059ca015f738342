import { InvalidOptionError } from '@shared/errors';

type Node = { host: string; port: number };

export type RedisAddress = {
  nodes: Node[];
  username?: string;
  password?: string;
  tls: boolean;
  db: number;
  /** The address without its password, for logs and errors. */
  shown: string;
} & ({ kind: 'single' } | { kind: 'cluster' } | { kind: 'sentinel'; master: string });

const DEFAULT_PORT = { single: 6379, cluster: 6379, sentinel: 26_379 };

const SHAPE =
  /^(?<scheme>rediss?|rediss?\+cluster|rediss?\+sentinel):\/\/(?:(?<username>[^:@/]*)(?::(?<password>[^@]*))?@)?(?<hosts>[^/?@]+)(?:\/(?<path>[^?]*))?(?:\?.*)?$/;

/**
 * Reads `redis://user:password@host:port/db`, `rediss://…` (TLS), `redis+cluster://a:1,b:2` and
 * `redis+sentinel://a,b/master-name/db`.
 *
 * @throws {InvalidOptionError} saying what is wrong, without the password.
 */
export const parseRedisAddress = (url: string): RedisAddress => {
  const parts = SHAPE.exec(url)?.groups;
  if (parts?.['scheme'] === undefined || parts['hosts'] === undefined)
    throw refused('it is no Redis address');
  const { scheme, hosts, path = '' } = parts as { scheme: string; hosts: string; path?: string };
  const kind = scheme.endsWith('cluster')
    ? 'cluster'
    : scheme.endsWith('sentinel')
      ? 'sentinel'
      : 'single';
  const nodes = hosts.split(',').map((host) => parseNode(host, DEFAULT_PORT[kind]));
  if (kind === 'single' && nodes.length > 1)
    throw refused('it names several hosts; use redis+cluster or redis+sentinel');
  const segments = path.split('/').filter((segment) => segment !== '');
  const master = kind === 'sentinel' ? segments.shift() : undefined;
  if (kind === 'sentinel' && master === undefined)
    throw refused('a Sentinel address needs the master name, as in redis+sentinel://a,b/mymaster');
  const db = Number(segments[0] ?? 0);
  if (!Number.isInteger(db) || db < 0) throw refused(`"${segments[0]}" is no database number`);
  return {
    nodes,
    ...(parts['username'] ? { username: decodeURIComponent(parts['username']) } : {}),
    ...(parts['password'] ? { password: decodeURIComponent(parts['password']) } : {}),
    tls: scheme.startsWith('rediss'),
    db,
    shown: `${scheme}://${hosts}${path === '' ? '' : `/${path}`}`,
    ...(kind === 'sentinel' ? { kind, master: master ?? '' } : { kind }),
  };
};

const parseNode = (text: string, defaultPort: number): Node => {
  const match = /^(\[[^\]]+\]|[^:]+)(?::(\d+))?$/.exec(text);
  if (match?.[1] === undefined) throw refused(`"${text}" is no host`);
  return { host: match[1].replace(/^\[|\]$/g, ''), port: Number(match[2] ?? defaultPort) };
};

const refused = (why: string) =>
  new InvalidOptionError(
    'redisUrl',
    why,
    'Use redis://host:6379, rediss://…, redis+cluster://a,b or redis+sentinel://a,b/name.',
  );
