import { appendFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PythonCall } from '@shared/contracts';
import { bind, PythonError } from '@shared/interop';
import { handle } from './handle.ts';

type Summand = number | string | readonly Summand[];

/** Python's `+` of two numbers, texts or lists. */
const plus = (one: Summand, other: Summand): Summand => {
  if (typeof one === 'number' && typeof other === 'number') return one + other;
  if (typeof one === 'string' && typeof other === 'string') return one + other;
  if (Array.isArray(one) && Array.isArray(other)) return [...one, ...other] as Summand[];
  throw new PythonError('TypeError', ['unsupported operand type(s) for +']);
};

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

type Pair = { x: number; y: number };

const addModel = (call: PythonCall) => {
  const { data } = bind<{ data: Pair }>(call, 'data');
  return { result: data.x + data.y };
};

/** Tasks that make a value of values. */
export const values = [
  handle('identity', (call) => bind(call, 'x')['x']),
  handle('add', (call) => {
    const { x, y, z } = bind<{ x: Summand; y: Summand; z?: Summand }>(call, 'x', 'y', 'z?');
    return z === undefined || z === null ? plus(x, y) : plus(plus(x, y), z);
  }),
  handle('add_not_typed', (call) => {
    const { x, y } = bind<Pair>(call, 'x', 'y');
    return x + y;
  }),
  handle(
    'add_ignore_result',
    (call) => {
      const { x, y } = bind<Pair>(call, 'x', 'y');
      return x + y;
    },
    { ignoreResult: true },
  ),
  handle('add_with_result', (call) => {
    const { x, y } = bind<Pair>(call, 'x', 'y');
    return x + y;
  }),
  handle('mul', (call) => {
    const { x, y } = bind<Pair>(call, 'x', 'y');
    return x * y;
  }),
  handle('tsum', (call) => sum(bind<{ nums: number[] }>(call, 'nums').nums)),
  handle('xsum', (call) => {
    const { nums } = bind<{ nums: (number | number[])[] }>(call, 'nums');
    return sum(nums.flat());
  }),
  handle('delayed_sum', async (call) => {
    const { numbers, pause_time: seconds = 1 } = bind<{ numbers: number[]; pause_time?: number }>(
      call,
      'numbers',
      'pause_time?',
    );
    await sleep(seconds * 1_000);
    return sum(numbers);
  }),
  handle('delayed_sum_with_soft_guard', async (call, _task, { signal }) => {
    const { numbers, pause_time: seconds = 1 } = bind<{ numbers: number[]; pause_time?: number }>(
      call,
      'numbers',
      'pause_time?',
    );
    try {
      await sleep(seconds * 1_000, undefined, { signal });
      return sum(numbers);
    } catch {
      return 0;
    }
  }),
  handle('sleeping', async (call, _task, { signal }) => {
    const { i } = bind<{ i: number; _: object }>(call, 'i', '**_');
    await sleep(i * 1_000, undefined, { signal });
    return null;
  }),
  handle('write_to_file_and_return_int', async (call) => {
    const { file_name: path, i } = bind<{ file_name: string; i: number }>(call, 'file_name', 'i');
    await appendFile(path, `${i}\n`);
    return i;
  }),
  handle('print_unicode', (call, _task, { log }) => {
    const { log_message: logged = 'håå®ƒ valmuefrø', print_message: printed = 'hiöäüß' } = bind<{
      log_message?: string;
      print_message?: string;
    }>(call, 'log_message?', 'print_message?');
    log.warn({ logged, printed }, 'characters from far away');
    return null;
  }),
  handle('replaced_with_me', () => true),
  handle('add_pydantic', addModel),
  handle('add_pydantic_string_annotations', addModel),
  handle('celery.ping', () => 'pong'),
];
