import { defineTask, type Isolation, type TaskPolicy } from '@shared/contracts';
import { type Implementation, implement } from '@shared/queue';
import { z } from 'zod';

/** What the handler of these tests can be told to do; see act.ts. */
export const ACTS = [
  'answer',
  'tell',
  'spin',
  'sleep in native code',
  'wait for abort',
  'exhaust the heap',
  'exhaust buffers',
  'grow by jumps',
  'exit',
  'exit on attempt 1',
  'abort natively',
  'throw later',
  'reject later',
  'throw a typed error',
  'throw a text',
  'ask to be retried',
  'return a function',
  'report and log',
  'enqueue',
  'use redis',
  'extend',
  'hoard',
  'start a grandchild',
] as const;

export type Act = (typeof ACTS)[number];

const payload = z.strictObject({ act: z.enum(ACTS), value: z.unknown().optional() });

/** A task whose one handler does what it is told, in an isolate of the kind. */
export const actIn = (isolate: Isolation, policy: Partial<TaskPolicy> = {}) =>
  defineTask({
    name: `acts.act-in-${isolate}`,
    queue: 'acts',
    payload,
    result: z.unknown(),
    isolate,
    attempts: 1,
    backoff: { type: 'fixed', delayMs: 1 },
    killAfterMs: 200,
    memoryLimitMb: 64,
    ...policy,
  });

export type ActTask = ReturnType<typeof actIn>;

export const implementAct = (task: ActTask): Implementation =>
  implement(task, new URL('act.ts', import.meta.url));

export const KINDS = ['thread', 'process'] as const satisfies readonly Isolation[];
