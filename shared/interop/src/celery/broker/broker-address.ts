import { InvalidOptionError } from '@shared/errors';
import type { RedisOptions } from 'ioredis';

export type BrokerAddress = {
  /** How the server is reached; without the options of the connection itself. */
  redis: Pick<
    RedisOptions,
    'host' | 'port' | 'path' | 'username' | 'password' | 'db' | 'tls' | 'sentinels' | 'name'
  >;
  db: number;
  /** Without its password, for logs and for `inspect stats`. */
  shown: string;
};

const SCHEMES = ['redis:', 'rediss:', 'redis+socket:', 'sentinel:'];

/**
 * Reads a broker or result store address as Celery has them: `redis://user:password@host:port/db`,
 * `rediss://…`, `redis+socket:///path?virtual_host=db`, and `sentinel://a:26379;sentinel://b:26379` with
 * `?master_name=…` at its end.
 *
 * @throws {InvalidOptionError} saying what is wrong, without the password.
 */
export const parseBrokerAddress = (option: string, text: string): BrokerAddress => {
  const [first = '', ...others] = text.split(';');
  if (!URL.canParse(first)) throw refused(option, 'it is no address');
  const url = new URL(first);
  if (!SCHEMES.includes(url.protocol))
    throw refused(option, `"${url.protocol}" is not spoken here`);
  const isSocket = url.protocol === 'redis+socket:';
  const query = new URL(others.at(-1) ?? first).searchParams;
  const virtualHost = query.get('virtual_host') ?? (isSocket ? '' : url.pathname);
  const db = Number(virtualHost.replace(/^\//, '') || 0);
  if (!Number.isInteger(db) || db < 0) {
    throw refused(option, `"${virtualHost}" is no database number`);
  }
  const credentials = {
    ...(url.username === '' ? {} : { username: decodeURIComponent(url.username) }),
    ...(url.password === '' ? {} : { password: decodeURIComponent(url.password) }),
  };
  return {
    db,
    shown: `${url.protocol}//${url.host}/${db}`,
    redis: { ...credentials, ...placeOf(url, others, query), db },
  };
};

const placeOf = (url: URL, others: readonly string[], query: URLSearchParams) => {
  if (url.protocol === 'redis+socket:') return { path: decodeURIComponent(url.pathname) };
  if (url.protocol === 'sentinel:') {
    const sentinels = [url, ...others.map((other) => new URL(other))].map((node) => ({
      host: node.hostname,
      port: Number(node.port || 26_379),
    }));
    return { sentinels, name: query.get('master_name') ?? 'mymaster' };
  }
  const tls = url.protocol === 'rediss:' ? { tls: tlsOf(query) } : {};
  return { host: hostOf(url), port: Number(url.port || 6379), ...tls };
};

const hostOf = ({ hostname }: URL) =>
  hostname === '' ? 'localhost' : hostname.replace(/^\[|\]$/g, '');

/** Celery asks for `?ssl_cert_reqs=`; only its `none` goes without a valid certificate. */
const tlsOf = (query: URLSearchParams) => ({
  rejectUnauthorized: !['none', 'CERT_NONE'].includes(query.get('ssl_cert_reqs') ?? ''),
});

const refused = (option: string, why: string) =>
  new InvalidOptionError(
    option,
    why,
    'Use redis://host:6379/0, rediss://…, or a Sentinel address.',
  );
