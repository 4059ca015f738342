import type { Task } from '@shared/contracts';
import { InvalidOptionError, UnavailableInIsolateError } from '@shared/errors';
import { type Logger, relayedLogger } from '@shared/service/logger';
import type { Attempt } from '../worker/attempt.ts';
import { createProgressReporter, type ProgressReporter } from '../worker/progress-reporter.ts';
import { RetryInError } from '../worker/retry-in.ts';
import { openCalls, type OpenCalls } from './calls.ts';
import { carriedJob } from './carried-job.ts';
import type { Channel } from './channel.ts';
import { openLine } from './line.ts';
import type { CarriedAttempt } from './protocol.ts';

/** The isolate's side of one run. */
export type IsolatedAttempt = {
  attempt: Attempt;
  progress: ProgressReporter;
  settle: OpenCalls['settle'];
  abort(reason: Error): void;
};

/** Makes a handler's attempt of what was carried into the isolate; the rest is asked of the worker. */
export const createIsolatedAttempt = (
  carried: CarriedAttempt,
  {
    run,
    given,
    logLevel,
    channel,
  }: { run: number; given: unknown; logLevel: string; channel: Channel },
): IsolatedAttempt => {
  const { send, kind: isolate } = channel;
  const controller = new AbortController();
  const { ask, settle } = openCalls((call, what) => send({ kind: 'call', run, call, what }));
  const progress = createProgressReporter(async (json) => {
    // As the reporter wrote it.
    const report = JSON.parse(json) as { fraction: number; message: string | null };
    send({ kind: 'progress', run, ...report });
  });
  let { deadline } = carried;
  let log: Logger | undefined;

  const attempt: Attempt = {
    ...carried,
    signal: controller.signal,
    get deadline() {
      return deadline;
    },
    get log() {
      log ??= relayedLogger(logLevel, (line) => send({ kind: 'log', run, line }));
      return log;
    },
    get redis(): never {
      throw new UnavailableInIsolateError("The worker's Redis connection", isolate);
    },
    progress: progress.report,
    enqueue: async (task, payload, options = {}) => {
      // Whoever has a task has loaded the contracts; other isolates start faster without.
      const { parsePayload } = await import('@shared/contracts');
      parsePayload(task, payload);
      checkPlain(options);
      const stored = task.codec === undefined ? payload : task.codec.store(payload);
      const job = await ask('enqueue', { task: plainPart(task), payload: stored, options });
      return carriedJob(job, ask, isolate);
    },
    retryIn: (ms) => new RetryInError(ms),
    extendTimeout: (ms) => {
      deadline = new Date(Date.now() + ms);
      send({ kind: 'extend', run, ms });
    },
    heartbeat: () => ask('heartbeat', {}),
  };
  if (given !== undefined) {
    openLine(attempt, { given, ask: (what) => ask('hook', { what }) });
  }

  return { attempt, progress, settle, abort: (reason) => controller.abort(reason) };
};

/** The worker parses no payload a second time, so it needs none of the schemas. */
const plainPart = <Input, Payload, Result>(task: Task<Input, Payload, Result>) => {
  const { payload: _payload, result: _result, codec: _codec, ...rest } = task;
  return Object.fromEntries(Object.entries(rest).filter(([, value]) => isPlain(value)));
};

const isPlain = (value: unknown) => typeof value !== 'function';

/** An open transaction or a task cannot be sent, and structured clone would not say which option it was. */
const checkPlain = (options: object) => {
  for (const [option, value] of Object.entries(options)) {
    try {
      structuredClone(value);
    } catch {
      throw new InvalidOptionError(
        option,
        'an isolated handler cannot send its value to the worker',
        'Leave it out, or enqueue from a handler that is not isolated.',
      );
    }
  }
};
