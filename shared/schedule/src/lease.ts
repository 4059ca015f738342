import type { RedisConnection } from '@shared/queue';

/**
 * A lease in Redis: of all that want it, one holds it, until it releases it or is not heard of for
 * `ttlMs`.
 */
export type Lease = {
  readonly ttlMs: number;
  /** Takes the lease if nobody else holds it. */
  acquire(): Promise<boolean>;
  /** Holds it for another `ttlMs`; false if it is not ours (any more), which Redis alone knows. */
  renew(): Promise<boolean>;
  /** Gives it up at once; false if it was not ours. */
  release(): Promise<boolean>;
};

// KEYS[1] the lease; ARGV[1] our token, ARGV[2] ttlMs. Returns 1 if it is ours now. It may have been
// before: an answer that never reached us must not keep us waiting for our own lease to lapse.
const ACQUIRE = `
if redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2], 'NX') then return 1 end
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1`;

// KEYS[1] the lease; ARGV[1] our token, ARGV[2] ttlMs. Returns 1 if it was ours.
const RENEW = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1`;

// KEYS[1] the lease; ARGV[1] our token. Returns 1 if it was ours.
const RELEASE = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])`;

/** @param options.token who we are: unique among all that want the lease, and good to read for people. */
export const createLease = ({
  redis,
  key,
  token,
  ttlMs = 15_000,
}: {
  redis: RedisConnection;
  key: string;
  token: string;
  ttlMs?: number;
}): Lease => ({
  ttlMs,
  acquire: async () => (await redis.eval(ACQUIRE, 1, key, token, ttlMs)) === 1,
  renew: async () => (await redis.eval(RENEW, 1, key, token, ttlMs)) === 1,
  release: async () => (await redis.eval(RELEASE, 1, key, token)) === 1,
});
