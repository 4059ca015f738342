import { QueueFullError } from '@shared/errors';
import type { RedisConnection } from '../redis/connect.ts';

/** Above this share of maxmemory nothing more is enqueued; the rest is for the workers to work on. */
const FULL_ABOVE = 0.9;

/** How old a reading may be: while there is room, and once there is none. */
const FRESH_MS = { room: 1_000, full: 250 };

/** What a job takes in Redis for each byte of it that is sent. */
const OVERHEAD = 2;

/**
 * Refuses to enqueue near Redis' memory limit, before Redis itself refuses every write, those of the
 * workers too. Memory is read about once a second and only while jobs are enqueued; what is sent in
 * between is added to the last reading.
 *
 * @returns a function to be told the bytes of what is to be sent, which throws {@link QueueFullError}
 *   while Redis is full.
 */
export const createMemoryGuard = (
  redis: RedisConnection,
): ((bytes: number) => Promise<void> | undefined) => {
  let readAt = 0;
  let used = 0;
  let max = 0;
  let sent = 0;
  let reading: Promise<void> | undefined;

  const isFull = () => max > 0 && used + sent * OVERHEAD > max * FULL_ABOVE;

  const read = async () => {
    const memory = await redis.info('memory');
    used = numberOf(memory, 'used_memory');
    max = numberOf(memory, 'maxmemory');
    sent = 0;
    readAt = Date.now();
  };

  const refresh = () => {
    reading ??= read().finally(() => {
      reading = undefined;
    });
    return reading;
  };

  const refuseIfFull = () => {
    if (isFull()) throw new QueueFullError(used, max);
  };

  return (bytes) => {
    sent += bytes;
    const age = Date.now() - readAt;
    if (isFull() || readAt === 0) {
      if (readAt > 0 && sent === bytes && age <= FRESH_MS.full) refuseIfFull();
      return refresh().then(refuseIfFull);
    }
    // While there is room the reading is taken beside the work.
    if (age > FRESH_MS.room) refresh().catch(() => undefined);
    return undefined;
  };
};

const numberOf = (info: string, field: string): number =>
  Number(new RegExp(`^${field}:(\\d+)`, 'm').exec(info)?.[1] ?? 0);
