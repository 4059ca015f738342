import type { RedisConnection } from '@shared/queue';
import type { Finding } from './finding.ts';

/** What the commands that the scripts use need: blocking and popping several at once came with 6.2. */
const OLDEST = [6, 2] as const;

/** Whether this Redis can be trusted with jobs. */
export const checkRedis = async (redis: RedisConnection): Promise<Finding[]> => {
  const info = parseInfo(await redis.info());
  return [version(info), eviction(info), await persistence(redis, info)];
};

type Info = ReadonlyMap<string, string>;

/** `INFO` is lines of `name:value` under headings. */
const parseInfo = (text: string): Info =>
  new Map(
    text.split('\r\n').flatMap((line) => {
      const at = line.indexOf(':');
      return at < 1 ? [] : [[line.slice(0, at), line.slice(at + 1)] as const];
    }),
  );

const version = (info: Info): Finding => {
  const found = info.get('redis_version') ?? 'unknown';
  const [major = 0, minor = 0] = found.split('.').map(Number);
  const recent = major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
  return recent
    ? { verdict: 'ok', what: 'Redis version', found }
    : { verdict: 'FAIL', what: 'Redis version', found: `${found}; ${OLDEST.join('.')} is needed` };
};

const eviction = (info: Info): Finding => {
  const policy = info.get('maxmemory_policy') ?? 'unknown';
  return policy === 'noeviction'
    ? { verdict: 'ok', what: 'Redis eviction', found: policy }
    : {
        verdict: 'FAIL',
        what: 'Redis eviction',
        found: `${policy} loses jobs; set maxmemory-policy noeviction`,
      };
};

const persistence = async (redis: RedisConnection, info: Info): Promise<Finding> => {
  const what = 'Redis persistence';
  if (info.get('aof_enabled') === '1') return { verdict: 'ok', what, found: 'append-only file' };
  const snapshots = await savePoints(redis);
  if (snapshots === undefined) {
    const found = 'no append-only file; whether there are snapshots cannot be seen';
    return { verdict: 'warn', what, found };
  }
  return snapshots === ''
    ? { verdict: 'FAIL', what, found: 'none: a restart loses all jobs; set appendonly yes' }
    : { verdict: 'warn', what, found: 'snapshots only: a crash loses the newest jobs' };
};

/** Undefined where the server is somebody else's and CONFIG is forbidden. */
const savePoints = async (redis: RedisConnection): Promise<string | undefined> => {
  try {
    const [, points] = (await redis.config('GET', 'save')) as unknown[]; // Name and value.
    return typeof points === 'string' ? points : undefined;
  } catch {
    return undefined;
  }
};
