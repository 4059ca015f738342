// The functions that RQ's own test suite enqueues, in TypeScript, under the names it enqueues them by.
import { writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { definePythonTask, type PythonCall } from '@shared/contracts';
import { PythonError, rq, rqRetry } from '@shared/interop';
import { py } from '@shared/interop/pickle';
import { type Attempt, type Handler, implement } from '@shared/queue';
import { Redis } from 'ioredis';

/** Of a client's own connection, which its jobs name; the server is the suite's whatever it says. */
const withRedis = async <Value>(
  kwargs: unknown,
  use: (redis: Redis) => Promise<Value>,
): Promise<Value> => {
  const url = new URL(process.env['RQ_REDIS_URL'] ?? '');
  const { db } = Object(kwargs) as { db?: number };
  if (db !== undefined) url.pathname = `/${db}`;
  const redis = new Redis(url.href);
  try {
    return await use(redis);
  } finally {
    redis.disconnect();
  }
};

const ofSuite = <Value>(use: (redis: Redis) => Promise<Value>) => withRedis(undefined, use);

const rest = (seconds: unknown, { signal }: Attempt) =>
  sleep(Number(seconds) * 1_000, undefined, { signal });

const hello = (name: unknown) => `Hi there, ${(name as string | null | undefined) ?? 'Stranger'}!`;

const fulfil = (name: string, handler: Handler<PythonCall, unknown>) =>
  implement(definePythonTask(name, { queue: 'default' }), handler);

const fixture = (name: string, handler: Handler<PythonCall, unknown>) =>
  fulfil(`tests.fixtures.${name}`, handler);

const zeroDivision = () => new PythonError('ZeroDivisionError', ['division by zero']);

const sayHello: Handler<PythonCall, unknown> = ({ args: [name], kwargs }) =>
  hello(name ?? kwargs['name']);

const modify = async ({ args: [meta] }: PythonCall, attempt: Attempt) => {
  const run = rq(attempt);
  await run.saveMeta({ ...(await run.meta()), ...(meta as object) });
};

const busy = async ({ args: [seconds] }: PythonCall, attempt: Attempt) => rest(seconds, attempt);

/** What a callback is told of its job. */
type CallbackJob = { id: string; status: string };

const remember =
  (kind: string, what: (args: readonly unknown[]) => string): Handler<PythonCall, unknown> =>
  ({ args }) =>
    ofSuite(async (redis) => {
      const key = `${kind}:${(args[0] as CallbackJob).id}`;
      await redis.set(key, what(args), 'EX', 60);
    });

export default [
  fixture('say_hello', sayHello),
  fixture('say_hello_async', sayHello),
  fixture('say_hello_unicode', sayHello),
  fulfil('tests.test_decorator.hello', () => 'Hi there'),
  fixture('say_pid', () => process.pid),
  fixture('do_nothing', () => undefined),
  fixture('raise_exc', () => {
    throw new PythonError('Exception', ['raise_exc error']);
  }),
  fixture('div_by_zero', () => {
    throw zeroDivision();
  }),
  fixture('fail_while_retries_remain', (_call, attempt) => {
    if (rq(attempt).retriesLeft > 0) throw new PythonError('Exception', ['failing']);
    return 'success';
  }),
  fixture('returns_retry', () => rqRetry({ max: 1 })),
  fixture('returns_retry_with_delay', () => rqRetry({ max: 1, intervalsMs: [30_000] })),
  fulfil('tests.test_retry.return_retry', ({ args, kwargs }) =>
    rqRetry({
      max: Number(args[0] ?? kwargs['max'] ?? 1),
      intervalsMs: [Number(args[1] ?? kwargs['interval'] ?? 0) * 1_000],
      atFront: (args[2] ?? kwargs['enqueue_at_front']) === true,
    }),
  ),
  fixture('long_process', (_call, attempt) => rest(60, attempt)),
  fixture('some_calculation', ({ args: [x, y, z], kwargs }) => {
    const divisor = Number(z ?? kwargs['z'] ?? 1);
    if (divisor === 0) throw zeroDivision();
    return py.float((Number(x) * Number(y)) / divisor);
  }),
  fixture('rpush', async ({ args, kwargs }, attempt) => {
    const [key, value, connection, appends, seconds] = args;
    await rest(seconds ?? kwargs['sleep'] ?? 0, attempt);
    const named = appends ?? kwargs['append_worker_name'] ?? false;
    const text = named === true ? `${String(value)}:${rq(attempt).worker}` : String(value);
    await withRedis(connection, (redis) => redis.rpush(String(key), text));
  }),
  fixture('check_dependencies_are_met', (_call, attempt) =>
    ofSuite(async (redis) => {
      const ids = await redis.smembers(`rq:job::${rq(attempt).id}:dependencies`);
      const states = await Promise.all(ids.map((id) => redis.hget(`rq:job:${id}`, 'status')));
      return states.every((status) => status === null || status === 'finished');
    }),
  ),
  fixture('create_file', ({ args: [path] }) => writeFile(String(path), 'Just a sentinel.')),
  fixture('create_file_after_timeout', async ({ args: [path, seconds] }, attempt) => {
    await rest(seconds, attempt);
    await writeFile(String(path), 'Just a sentinel.');
  }),
  fixture('access_self', (_call, attempt) => {
    if (rq(attempt).id === '') throw new PythonError('AssertionError');
  }),
  fixture('modify_self', modify),
  fixture('modify_self_and_error', async (call, attempt) => {
    await modify(call, attempt);
    throw zeroDivision();
  }),
  fixture('echo', ({ args, kwargs }) => py.tuple([py.tuple(args as never), kwargs as never])),
  fixture('Number.divide', ({ args: [x, y] }) => Number(x) * Number(y)),
  fixture('ClassWithAStaticMethod.static_method', () => "I'm a static method"),
  fixture('save_key_ttl', ({ args: [key] }, attempt) =>
    ofSuite(async (redis) => rq(attempt).saveMeta({ ttl: await redis.ttl(String(key)) })),
  ),
  implement(
    definePythonTask('tests.fixtures.long_running_job', { queue: 'default', isolate: 'process' }),
    new URL('./long-running-job.ts', import.meta.url),
  ),
  fixture('get_job_id_from_environ', (_call, attempt) => rq(attempt).id),
  fulfil('time.sleep', busy),
  fulfil('tests.test_timeouts.thread_friendly_sleep_func', busy),

  fixture(
    'save_result',
    remember('success_callback', ([, , result]) => String(result)),
  ),
  fixture(
    'save_exception',
    remember('failure_callback', ([, , , value]) => String(value)),
  ),
  fixture(
    'save_result_if_not_stopped',
    remember('stopped_callback', () => ''),
  ),
  fixture(
    'save_status_on_success',
    remember('success_callback_status', ([job]) => (job as CallbackJob).status),
  ),
  fixture(
    'save_status_on_failure',
    remember('failure_callback_status', ([job]) => (job as CallbackJob).status),
  ),
  fixture('erroneous_callback', ({ args }) => {
    if (args.length !== 1) throw new PythonError('TypeError', ['takes 1 positional argument']);
  }),
];
