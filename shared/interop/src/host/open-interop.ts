import type { AnyTask } from '@shared/contracts';
import { JobNotFoundError } from '@shared/errors';
import type { Attempt, Hooks, Implementation, Producer, Worker } from '@shared/queue';
import type { Logger } from '@shared/service';
import { PythonError } from '../tasks/python-error.ts';
import { pythonTasks } from '../tasks/python-tasks.ts';
import { shownResult } from '../tasks/shown-result.ts';
import { unpack } from './pack-result.ts';
import type { ProtocolSide } from './side.ts';
import { createWorkerRoom } from './worker-room.ts';

/** The Python protocols of one worker process. */
export type Interop = AsyncDisposable & {
  /** For `startWorker`; costs a job of our own one comparison. */
  readonly hooks: readonly Hooks[];
  /** For `startWorker`, beside the worker's own: tasks that Python programs count on. */
  readonly handlers: readonly Implementation[];
  /** From now on the sides take work for this worker and answer for it, until that is disposed. */
  serve(host: ServedWorker): Promise<AsyncDisposable>;
  /** How many messages the protocols' queues have for this worker; see {@link ProtocolSide.left}. */
  left(): Promise<number>;
  /** Resolves once as many jobs have ended as were to be run. */
  readonly exhausted: Promise<void>;
};

export type ServedWorker = {
  worker: Worker;
  tasks: readonly AnyTask[];
};

export const openInterop = ({
  sides,
  log,
  prefetch = 0,
  maxJobs,
}: {
  sides: readonly ProtocolSide[];
  log: Logger;
  /** See {@link createWorkerRoom}. */
  prefetch?: number;
  /** How many jobs the worker is to run, our own too; without end unless told. */
  maxJobs?: number | undefined;
}): Interop => {
  const room = createWorkerRoom({ prefetch, maxJobs });
  const handlers = sides.flatMap((side) => side.handlers ?? []);
  const sideOf = ({ origin }: Attempt) => sides.find((side) => side.origin === origin);
  /** What handlers returned, where that is more than the platform keeps. */
  const returned = new WeakMap<Attempt, unknown>();
  const bySide: Hooks = {
    origins: sides.map(({ origin }) => origin),
    async attempt(attempt, next) {
      const side = sideOf(attempt);
      if (side === undefined) return next();
      const run = () => next().then(unpack, rethrowWhole);
      const result = await (side.hooks.attempt?.(attempt, run) ?? run());
      const shown = shownResult(result);
      if (shown !== result) returned.set(attempt, result);
      return shown;
    },
    async settling(attempt, outcome) {
      const more = outcome.kind === 'complete' && returned.has(attempt);
      const whole = more ? { ...outcome, result: returned.get(attempt) } : outcome;
      await sideOf(attempt)?.hooks.settling?.(attempt, whole);
    },
    isolated: {
      packer: new URL('./pack-result.ts', import.meta.url),
      give: (attempt) => sideOf(attempt)?.hooks.isolated?.give(attempt),
      answer: async (attempt, request) => sideOf(attempt)?.hooks.isolated?.answer(attempt, request),
    },
  };
  return {
    hooks: sides.length === 0 && maxJobs === undefined ? [] : [room.hooks, bySide],
    handlers,
    exhausted: room.exhausted,
    async left() {
      const counts = await Promise.all(sides.map((side) => side.left()));
      return counts.reduce((sum, count) => sum + count, 0);
    },
    async serve({ worker, tasks }) {
      await using opened = new AsyncDisposableStack();
      if (sides.length === 0 && maxJobs === undefined) return opened.move();
      const known = pythonTasks([...tasks, ...handlers.map(({ task }) => task)]);
      const { producer } = worker;
      opened.use(room.serve(worker, isWaitingIn(producer)));
      for (const side of sides) {
        opened.use(await side.serve({ producer, tasks: known, worker, room, log }));
      }
      return opened.move();
    },
    async [Symbol.asyncDispose]() {
      for (const side of sides) await side[Symbol.asyncDispose]();
    },
  };
};

/** What a handler threw in a thread or process of its own, with its arguments. */
const rethrowWhole = (error: unknown): never => {
  throw PythonError.received(error) ?? error;
};

const WAITING: ReadonlySet<string> = new Set(['queued', 'scheduled', 'retrying']);

const isWaitingIn = (producer: Producer) => async (jobId: string) => {
  try {
    const job = await producer.jobById(jobId);
    return WAITING.has(await job.status());
  } catch (error) {
    if (error instanceof JobNotFoundError) return false;
    throw error;
  }
};
