import { execFileSync, spawn } from 'node:child_process';
import { threadId } from 'node:worker_threads';
import type { Attempt, HandlerOf } from '@shared/queue';
import type { Act, ActTask } from './tasks.ts';

/** Left by one job for the next on the same isolate. */
const hoard: unknown[] = [];

const TOLD = [
  'jobId',
  'task',
  'queue',
  'attempt',
  'attempts',
  'fence',
  'deadline',
  'owner',
  'tags',
  'enqueuedAt',
] as const satisfies readonly (keyof Attempt)[];

const spin = () => {
  for (;;) Math.random();
};

const grow = (item: () => unknown) => {
  const held: unknown[] = [];
  for (;;) held.push(item());
};

const acts: Record<Act, (attempt: Attempt, value: unknown) => unknown> = {
  answer: () => ({ pid: process.pid, threadId }),
  tell: (attempt) => Object.fromEntries(TOLD.map((field) => [field, attempt[field]])),
  spin,
  'sleep in native code': (_attempt, seconds) => {
    execFileSync('sleep', [String(seconds)]);
  },
  'exit on attempt 1': ({ attempt }) => (attempt === 1 ? process.exit(3) : attempt),
  'wait for abort': async ({ signal, progress }) => {
    const { promise, resolve } = Promise.withResolvers<{ code: string }>();
    const onAbort = () => resolve(signal.reason as { code: string });
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort);
    const reason = await promise;
    progress(0.5, reason.code);
    throw reason;
  },
  'exhaust the heap': () => grow(() => ({ a: Math.random(), b: [1, 2, 3] })),
  'exhaust buffers': () => grow(() => Buffer.alloc(1_048_576, 1)),
  'grow by jumps': () => {
    let list = [1];
    for (;;) list = list.concat(list);
  },
  exit: (_attempt, code) => process.exit(Number(code)),
  'abort natively': () => process.abort(),
  'throw later': async () => {
    setImmediate(() => {
      throw new TypeError('nobody catches me');
    });
    await new Promise(() => undefined);
  },
  'reject later': async () => {
    void Promise.reject(new RangeError('nobody awaits me'));
    await new Promise(() => undefined);
  },
  'throw a typed error': () => {
    throw Object.assign(new TypeError('no such mailbox'), {
      code: 'bad_address',
      retryable: false,
      retryAfterMs: 5,
      path: 'to',
    });
  },
  'throw a text': () => {
    throw 'just words'; // oxlint-disable-line typescript/only-throw-error -- That is the case.
  },
  'ask to be retried': (attempt) => {
    if (attempt.attempt === 1) throw attempt.retryIn(200);
    return attempt.attempt;
  },
  'return a function': () => spin,
  'report and log': ({ progress, log }) => {
    progress(0.5, 'half');
    log.info({ count: 3, password: 'hunter2' }, 'said by the isolate');
    log.child({ step: 2 }).warn({ error: new Error('odd') }, 'warned by the isolate');
    log.debug('not said at this level');
  },
  enqueue: async (attempt) => {
    const { add } = await import('../tasks.ts');
    const job = await attempt.enqueue(add, { a: 1, b: 2 }, { tags: ['from an isolate'] });
    await attempt.heartbeat();
    return { id: job.id, sum: await job.result({ timeoutMs: 5_000 }), status: await job.status() };
  },
  'use redis': ({ redis }) => redis.ping(),
  extend: async (attempt) => {
    attempt.extendTimeout(5_000);
    await new Promise((resolve) => setTimeout(resolve, 400));
    return attempt.deadline;
  },
  hoard: (_attempt, mb) => {
    for (let i = 0; i < Number(mb); i += 1) hoard.push(Buffer.alloc(1_048_576, 1));
    return { pid: process.pid, threadId };
  },
  'start a grandchild': async ({ progress }) => {
    const child = spawn('sleep', ['60'], { stdio: 'ignore' });
    progress(0.5, String(child.pid));
    await new Promise((resolve) => setTimeout(resolve, 100)); // It is sent when the event loop turns.
    spin();
  },
};

const act: HandlerOf<ActTask> = ({ act, value }, attempt) => acts[act](attempt, value);

export default act;
