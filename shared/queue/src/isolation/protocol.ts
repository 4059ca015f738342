import type { JobRecord, JobStatus } from '@shared/contracts';
import type { Attempt } from '../worker/attempt.ts';
import type { SentError } from './sent-error.ts';

/** What of an attempt can be carried into an isolate as plain values. */
export type CarriedAttempt = Pick<
  Attempt,
  | 'jobId'
  | 'task'
  | 'queue'
  | 'attempt'
  | 'attempts'
  | 'fence'
  | 'deadline'
  | 'owner'
  | 'group'
  | 'tags'
  | 'origin'
  | 'foreign'
  | 'enqueuedAt'
>;

/** A job that the handler enqueued, as it is known in the isolate. */
export type CarriedJob = { id: string; task: string; queue: string; duplicate: boolean };

/** What an isolate asks its worker to do, by name: the arguments and the answer. */
export type Calls = {
  heartbeat: { request: Record<string, never>; answer: void };
  enqueue: {
    /** Of the task, all that is no function and no schema; the payload was checked where the schema is. */
    request: { task: Record<string, unknown>; payload: unknown; options: object };
    answer: CarriedJob;
  };
  status: { request: { jobId: string }; answer: JobStatus };
  record: { request: { jobId: string }; answer: JobRecord };
  result: { request: { jobId: string; timeoutMs?: number }; answer: unknown };
  cancel: { request: { jobId: string; reason?: string }; answer: boolean };
  /** To the hooks of the run; see line.ts. */
  hook: { request: { what: unknown }; answer: unknown };
};

export type CallName = keyof Calls;

/** One request with its name. */
export type Call = {
  [Name in CallName]: { name: Name; request: Calls[Name]['request'] };
}[CallName];

/**
 * From worker to isolate. `run` tells one job's messages from those of the next on the same isolate:
 * what a handler left running must not speak for somebody else.
 */
export type ToIsolate =
  | { kind: 'load'; modules: readonly string[] }
  | {
      kind: 'run';
      run: number;
      module: string;
      payload: unknown;
      attempt: CarriedAttempt;
      /** From the hooks of the run. */
      given: unknown;
      packer: string | undefined;
      logLevel: string;
      memoryLimitMb: number;
    }
  | { kind: 'abort'; run: number; reason: SentError }
  | { kind: 'answer'; run: number; call: number; answer: unknown }
  | { kind: 'refusal'; run: number; call: number; error: SentError };

/** From isolate to worker. */
export type FromIsolate =
  | { kind: 'ready' }
  | { kind: 'loaded' }
  | { kind: 'unloadable'; module: string; error: SentError }
  | { kind: 'result'; run: number; result: unknown; worn: boolean }
  | { kind: 'thrown'; run: number; error: SentError; worn: boolean }
  | { kind: 'log'; run: number; line: string }
  | { kind: 'progress'; run: number; fraction: number; message: string | null }
  | { kind: 'extend'; run: number; ms: number }
  | { kind: 'call'; run: number; call: number; what: Call }
  /** An error nobody caught; the isolate ends. */
  | { kind: 'crash'; error: SentError };
