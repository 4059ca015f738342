import { PayloadTooLargeError } from '@shared/errors';
import type { NewJob } from '../engine/add-batch.ts';
import type { TakenJob } from '../engine/worker-backend.ts';
import type { Envelope } from '../envelope.ts';
import type { Keys } from '../keys.ts';
import type { RedisConnection } from '../redis/connect.ts';
import { isLarge, MAX_VALUE_BYTES, type PayloadStore } from './payload-store.ts';
import { type StoredValuesAccess, storeValue } from './stored-values.ts';

/** What Redis takes of one job when there is no store. */
const MAX_INLINE_BYTES = 1_048_576;

/**
 * The job as it goes to Redis: a large payload is put into the store first and travels as a reference.
 *
 * @throws {PayloadTooLargeError}
 */
export const offloadPayload = async (
  job: NewJob,
  {
    payloadStore: store,
    ...access
  }: StoredValuesAccess & { payloadStore: PayloadStore | undefined },
): Promise<NewJob> => {
  if (!isLarge(job.data)) return job;
  const bytes = Buffer.byteLength(job.data);
  const maxBytes = store === undefined ? MAX_INLINE_BYTES : MAX_VALUE_BYTES;
  if (bytes > maxBytes) throw new PayloadTooLargeError(job.task, bytes, maxBytes);
  if (store === undefined) return job;
  const envelope = JSON.parse(job.data) as Envelope; // Written by buildJob a moment ago.
  const stored = await storeValue(
    { ...access, payloadStore: store },
    job,
    'payload',
    JSON.stringify(envelope.payload),
  );
  return {
    ...job,
    data: JSON.stringify({ ...envelope, payload: null, stored }),
    storedKey: stored.$stored,
  };
};

/** Puts a large result into the store, under the job's name, before the job is complete. */
export const createResultOffload =
  ({
    redis,
    keys,
    payloadStore,
  }: {
    redis: RedisConnection;
    keys: Keys;
    payloadStore: PayloadStore;
  }) =>
  async ({ queue, id }: TakenJob, result: unknown): Promise<unknown> => {
    const json = JSON.stringify(result) ?? 'null';
    if (!isLarge(json)) return result;
    const stored = await storeValue({ redis, keys, payloadStore }, { queue, id }, 'result', json);
    await redis.hset(`${keys.base(queue)}${id}`, 'sres', stored.$stored);
    return stored;
  };
