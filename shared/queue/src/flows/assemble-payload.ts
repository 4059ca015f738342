import { PayloadStoreMissingError } from '@shared/errors';
import { fieldOf } from '../engine/field-of.ts';
import type { TakenJob } from '../engine/worker-backend.ts';
import type { Envelope } from '../envelope.ts';
import type { Keys } from '../keys.ts';
import { isValueReference, loadValue, type PayloadStore } from '../large-values/payload-store.ts';
import type { RedisConnection } from '../redis/connect.ts';

/**
 * A payload made whole: fetched from object storage if it lies there, and with the result that the
 * job waited for, or the list of them, in the field that takes it.
 *
 * @throws {PayloadStoreMissingError}
 */
export const assemblePayload = async (
  {
    redis,
    keys,
    payloadStore,
  }: { redis: RedisConnection; keys: Keys; payloadStore: PayloadStore | undefined },
  { queue, id, fields }: TakenJob,
  {
    payload,
    stored,
    input,
  }: Pick<Envelope, 'payload'> & { [Part in 'stored' | 'input']: Envelope[Part] | undefined },
): Promise<unknown> => {
  const resolve = (value: unknown): unknown => {
    if (!isValueReference(value)) return value;
    if (payloadStore === undefined) throw new PayloadStoreMissingError(id);
    return loadValue(payloadStore, value);
  };
  const own = stored === undefined ? payload : await resolve(stored);
  if (input === undefined) return own;
  const inputs = await redis.hgetall(`${keys.base(queue)}${id}:processed`);
  const read = (slot: number) => resolve(JSON.parse(inputs[slot] ?? 'null'));
  const count = Number(fieldOf(fields, 'inputs') ?? 0);
  const value = input.list
    ? await Promise.all(Array.from({ length: count }, (_, slot) => read(slot)))
    : await read(0);
  return { ...Object(own), [input.field]: value };
};
