import type { RedisConnection } from '@shared/queue';
import { toJs } from '../pickle/index.ts';
import { rqKeys } from './keys.ts';
import { readValue, type RqSerializer, writeValue } from './wire/serializer.ts';

type Place = { redis: RedisConnection; id: string };

export const readMeta = async ({ redis, id }: Place): Promise<Record<string, unknown>> => {
  const bytes = await redis.hgetBuffer(rqKeys.job(id), 'meta');
  if (bytes === null || bytes.length === 0) return {};
  const meta = toJs(readValue(bytes));
  return typeof meta === 'object' && meta !== null ? (meta as Record<string, unknown>) : {};
};

/** A deleted job stays deleted. */
export const writeMeta = async (
  { redis, id }: Place,
  serializer: RqSerializer,
  meta: Record<string, unknown>,
): Promise<void> => {
  const lua = `if redis.call('EXISTS', KEYS[1]) == 1 then redis.call('HSET', KEYS[1], 'meta', ARGV[1]) end`;
  await redis.eval(lua, 1, rqKeys.job(id), writeValue(serializer, meta));
};
