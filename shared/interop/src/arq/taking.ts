import type { AnyTask } from '@shared/contracts';
import { PlatformError } from '@shared/errors';
import type { PyException } from '../pickle/index.ts';
import type { Host } from '../host/side.ts';
import { payloadOfCall, takesTheCall } from '../tasks/payload-of-call.ts';
import { PythonTypeError } from '../tasks/python-type-error.ts';
import { arqFailures, exceptionOf } from './exceptions.ts';
import type { FreshJobs } from './fresh.ts';
import { functionOf } from './foreign.ts';
import { innerId } from './inner-id.ts';
import { type ArqJob, callOf, LOST_JOB, readJob } from './job.ts';
import type { ArqSettings } from './options.ts';
import { type ArqStore, resultOf, type TakenArqJob } from './store.ts';

/** Why a job is over before it ran. */
type Refusal = { failure: PyException; job: ArqJob; bury?: { code: string; reason: string } };

/** What is to be enqueued. */
type Accepted = { task: AnyTask; payload: unknown; job: ArqJob; tryNumber: number };

const isRefusal = (looked: Refusal | Accepted): looked is Refusal => 'failure' in looked;

/** Brings one taken job in, or ends it as ARQ would. */
export const createReceive = ({
  store,
  settings,
  fresh,
  host: { producer, tasks, worker, room, log },
}: {
  store: ArqStore;
  settings: ArqSettings;
  fresh: FreshJobs;
  host: Host;
}) => {
  const { serializer, maxTries } = settings;

  /** In the order of ARQ's own worker, so that a job with two faults fails by the same. */
  const look = (taken: TakenArqJob): Refusal | Accepted => {
    if (taken.written === null) return { failure: arqFailures.expired(), job: LOST_JOB };
    let job: ArqJob;
    try {
      job = readJob(serializer, taken.written);
    } catch (error) {
      return undecodable(error);
    }
    if (taken.aborted) return { failure: arqFailures.aborted(), job };
    const task = tasks.named(job.name) ?? tasks.named(functionOf(job.name));
    if (task === undefined) {
      const bury = { code: 'unknown_task', reason: `no task is named ${job.name}` };
      return { failure: arqFailures.unknown(job.name), job, bury };
    }
    const tryNumber = Math.max(taken.tryNumber, job.tryNumber ?? 1);
    const most = triesOf(task);
    if (tryNumber > most) return { failure: arqFailures.triesExceeded(most), job };
    try {
      return { task, payload: payloadOfCall(task, callOf(serializer, job)), job, tryNumber };
    } catch (error) {
      if (error instanceof PythonTypeError) {
        const bury = { code: error.code, reason: error.python };
        return { failure: exceptionOf(error, error.code, job.name), job, bury };
      }
      return undecodable(error);
    }
  };

  /** As ARQ: a function may have a number of its own. */
  const triesOf = (task: AnyTask): number =>
    takesTheCall(task) && task.attempts > 1 ? task.attempts : Math.max(maxTries, task.attempts);

  const refuse = async (taken: TakenArqJob, { failure, job, bury }: Refusal) => {
    const { queue, id, tryNumber, written } = taken;
    if (bury !== undefined) {
      await producer.bury({
        ...bury,
        task: job === LOST_JOB ? 'unknown' : job.name,
        queue: worker?.queues[0] ?? 'maintenance',
        origin: 'arq',
        payload: {
          id,
          queue,
          raw: written === null ? null : Buffer.from(written).toString('base64'),
        },
      });
    }
    const result = { success: false, value: failure, tryNumber };
    await store.finish({ queue, id, fence: null }, resultOf(job, { queue, id }, result));
    room.refused(1);
    log.warn({ jobId: id, queue, failure: failure.name }, 'ARQ job refused');
  };

  const accept = async (taken: TakenArqJob, { task, payload, job, tryNumber }: Accepted) => {
    const { queue, id, score } = taken;
    if (tryNumber > taken.tryNumber) await store.setTries(id, tryNumber);
    if (worker !== null) fresh.note(id, { tryNumber, job });
    await producer.enqueue(task, payload, {
      id: innerId('arq', id),
      origin: 'arq',
      again: true,
      foreign: { id, queue, name: job.name, enqueuedAt: job.enqueuedAt, score },
      ...queueFor(task),
      ...(takesTheCall(task)
        ? { attempts: triesOf(task) - tryNumber + 1, retryOn: 'request' as const }
        : {}),
    });
  };

  /** The worker in this process may have been told other queues than the task's own. */
  const queueFor = ({ queue }: AnyTask): { queue?: string } => {
    const [first] = worker?.queues ?? [];
    return first === undefined || worker?.queues.includes(queue) === true ? {} : { queue: first };
  };

  /** Whether it is a job of ours now. */
  return async (taken: TakenArqJob): Promise<boolean> => {
    try {
      const looked = look(taken);
      if (isRefusal(looked)) {
        await refuse(taken, looked);
        return false;
      }
      try {
        await accept(taken, looked);
        return true;
      } catch (error) {
        // What would be refused the next time, too: arguments too large, say.
        if (!(error instanceof PlatformError) || error.retryable) throw error;
        const { code, why: reason } = error;
        const failure = exceptionOf(error, code, looked.job.name);
        await refuse(taken, { failure, job: looked.job, bury: { code, reason } });
        return false;
      }
    } catch (error) {
      log.warn({ jobId: taken.id, error }, 'ARQ job could not be brought in, and goes back');
      await store.giveBack(taken, null);
    }
    return false;
  };
};

const undecodable = (error: unknown): Refusal => ({
  failure: arqFailures.undecodable(),
  job: LOST_JOB,
  bury: {
    code: 'undecodable',
    reason: error instanceof Error ? error.message : 'it cannot be read',
  },
});
