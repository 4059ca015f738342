import { bind } from '@shared/interop';
import { chain } from '@shared/interop/celery';
import type { Attempt } from '@shared/queue';
import { handle, sig } from './handle.ts';

/** Without a prefix: the suite itself looks for these keys. */
export const echo = ({ redis }: Attempt, message: unknown, key = 'redis-echo') =>
  redis.rpush(key, message instanceof Uint8Array ? Buffer.from(message) : String(message));

export const count = ({ redis }: Attempt, key = 'redis-count') => redis.incr(key);

/** Tasks that leave their traces in Redis. */
export const echoes = [
  handle('redis_echo', async (call, _task, attempt) => {
    const { message, redis_key: key } = bind<{ message: unknown; redis_key?: string }>(
      call,
      'message',
      'redis_key?',
    );
    await echo(attempt, message, key);
  }),
  handle('redis_echo_group_id', async (call, { request }, attempt) => {
    const { redis_key: key = 'redis-group-ids' } = bind<{ _: unknown; redis_key?: string }>(
      call,
      '_',
      'redis_key?',
    );
    await echo(attempt, request.group ?? '', key);
  }),
  handle('sum_and_record', async (call, { request }, attempt) => {
    const { values, redis_key: key } = bind<{ values: number[]; redis_key: string }>(
      call,
      'values',
      'redis_key',
    );
    await echo(attempt, request.id, key);
    return values.reduce((sum, value) => sum + value, 0);
  }),
  handle('redis_count', async (call, _task, attempt) => {
    await count(attempt, bind<{ redis_key?: string }>(call, 'redis_key?').redis_key);
  }),
  handle('second_order_replace1', async (call, task, attempt) => {
    const { state = false } = bind(call, 'state?');
    if (state === true) return void (await echo(attempt, 'Out A'));
    await echo(attempt, 'In A');
    throw task.replace(
      chain(
        sig('second_order_replace2'),
        sig('second_order_replace1', [], { kwargs: { state: true }, immutable: true }),
      ),
    );
  }),
  handle('second_order_replace2', async (call, task, attempt) => {
    const { state = false } = bind(call, 'state?');
    if (state === true) return void (await echo(attempt, 'Out B'));
    await echo(attempt, 'In B');
    throw task.replace(
      chain(
        sig('redis_echo', ['In/Out C']),
        sig('second_order_replace2', [], { kwargs: { state: true }, immutable: true }),
      ),
    );
  }),
];
