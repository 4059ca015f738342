import { fieldOf, type TakenJob } from '../engine/worker-backend.ts';
import { parseEnvelope } from '../envelope.ts';
import type { Keys } from '../keys.ts';
import type { RedisConnection } from '../redis/connect.ts';

/** The result that a step of a flow waited for, or the list of a group's in their order. */
export const readInputs = async (
  redis: RedisConnection,
  keys: Keys,
  { queue, id, fields }: TakenJob,
): Promise<unknown> => {
  const stored = await redis.hgetall(`${keys.base(queue)}${id}:processed`);
  const envelope = parseEnvelope(JSON.parse(fieldOf(fields, 'data') ?? 'null'));
  if (envelope?.input?.list !== true) return JSON.parse(stored['0'] ?? 'null');
  const count = Number(fieldOf(fields, 'inputs') ?? 0);
  return Array.from(
    { length: count },
    (_, slot) => JSON.parse(stored[String(slot)] ?? 'null') as unknown,
  );
};
