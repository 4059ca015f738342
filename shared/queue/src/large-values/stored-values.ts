import { newJobId } from '../job-id.ts';
import type { Keys } from '../keys.ts';
import type { RedisConnection } from '../redis/connect.ts';
import type { PayloadStore, ValueReference } from './payload-store.ts';

/**
 * The sorted set "{prefix}:stored-values" of "<store's key>\30<queue>\30<job>" has every value that was
 * put into the store, by when that was, or when it was last seen to be of use. A job's own fields say
 * which values are its own: `spay` and `sres`, see flows.lua.
 */
export type StoredValuesAccess = { redis: RedisConnection; keys: Keys };

type Part = 'payload' | 'result';

type Owner = { queue: string; id: string };

/** Puts a job's value into the store, under a key of its own, so that a duplicate replaces nothing. */
export const storeValue = async (
  { redis, keys, payloadStore }: StoredValuesAccess & { payloadStore: PayloadStore },
  { queue, id }: Owner,
  part: Part,
  json: string,
): Promise<ValueReference> => {
  const key = `jobs/${queue}/${newJobId(queue)}/${part}.json`;
  const bytes = Buffer.from(json);
  // Before it is there, so that there never is one that nobody knows of.
  await redis.zadd(keys.storedValues, Date.now(), [key, queue, id].join('\x1e'));
  await payloadStore.put(key, bytes);
  return { $stored: key, bytes: bytes.length };
};

/** The job may be about to be written, or its value about to be deleted by whoever removed it. */
const YOUNG_MS = 86_400_000;

const BATCH = 500;

/**
 * Deletes values whose job is gone though nobody said so, as when it was removed with BullMQ's own
 * commands, or whose writer died before it wrote the job.
 *
 * @param options.now in ms since the epoch, for tests.
 * @returns how many were looked at and not needed any more.
 */
export const sweepStoredValues = async (
  { redis, keys, payloadStore }: StoredValuesAccess & { payloadStore: PayloadStore },
  now: number,
): Promise<number> => {
  const members = await redis.zrangebyscore(
    keys.storedValues,
    '-inf',
    now - YOUNG_MS,
    'LIMIT',
    0,
    BATCH,
  );
  if (members.length === 0) return 0;
  const values = members.map((member) => {
    const [key = '', queue = '', id = ''] = member.split('\x1e');
    return { member, key, job: `${keys.base(queue)}${id}` };
  });
  const owned = await Promise.all(values.map(({ job }) => redis.hmget(job, 'spay', 'sres')));
  const isNeeded = values.map(({ key }, i) => owned[i]?.includes(key) ?? true);
  const gone = values.filter((_, i) => isNeeded[i] === false);
  const deletions = await Promise.allSettled(gone.map(({ key }) => payloadStore.delete(key)));
  const forgotten = gone.filter((_, i) => deletions[i]?.status === 'fulfilled');
  const looked = values.filter((_, i) => isNeeded[i] === true);
  const pipeline = redis.pipeline();
  for (const { member } of forgotten) pipeline.zrem(keys.storedValues, member);
  for (const { member } of looked) pipeline.zadd(keys.storedValues, now, member);
  await pipeline.exec();
  return forgotten.length;
};
