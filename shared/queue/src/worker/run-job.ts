import { type Origin, parsePayload, parseResult, type Task } from '@shared/contracts';
import {
  JobCancelledError,
  JobExpiredError,
  ProtocolNotSpokenError,
  TaskQuarantinedError,
  UnknownTaskError,
  WorkerLostError,
} from '@shared/errors';
import { type Job as BullJob, WaitingError } from 'bullmq';
import type { QuarantineWatch } from '../dead-letters/quarantine.ts';
import { redrives } from '../dead-letters/redriven.ts';
import { fieldOf } from '../engine/field-of.ts';
import type { TakenJob, WorkerBackend } from '../engine/worker-backend.ts';
import type { Envelope } from '../envelope.ts';
import type { RunTimes } from '../fleet/run-times.ts';
import type { Hooks } from '../hooks/hooks.ts';
import { type AttemptServices, type RunningAttempt, startAttempt } from './attempt.ts';
import { NotStartedError } from './not-started.ts';
import type { Perform, Performer } from './perform.ts';
import { recordFailure, type RecordServices } from './record-failure.ts';
import { takeWork, type Work } from './work.ts';

export type RunJobServices = RecordServices & {
  backend: WorkerBackend;
  implementations: ReadonlyMap<string, Performer>;
  servicesFor(taken: TakenJob): Omit<AttemptServices, 'log'>;
  /** The attempts of this process, by job id, for whoever must stop one. */
  running: Map<string, RunningAttempt>;
  /** Told when a slot is free again. */
  released(): void;
  /** Why this job was cancelled, if a command came before the job did. */
  cancelledEarly(jobId: string): string | undefined;
  /** Whether there is time left to run this job; if not, it goes back untouched. */
  admits(taken: TakenJob, task: string): boolean;
  /** Whether programs of this protocol are told here what became of their jobs; if not, they go back. */
  answers(queue: string, origin: Origin): boolean;
  /** Told how long each run took that ended by itself. */
  runTimes: Pick<RunTimes, 'note'>;
  /** Whether jobs of the task fail at once. */
  isQuarantined: QuarantineWatch['holds'];
  hooks: { attempt: Hooks['attempt'] };
  /** A payload that lies in object storage, or lacks what the job waited for, made whole. */
  assemble(
    taken: TakenJob,
    parts: Pick<Envelope, 'payload'> & { [Part in 'stored' | 'input']: Envelope[Part] | undefined },
  ): Promise<unknown>;
  /** Puts a large result into object storage; answers with what stands in its place. */
  offloadResult: ((taken: TakenJob, result: unknown) => Promise<unknown>) | undefined;
};

/** The main path of every job: take, start, check, run, accept or record, release. */
export const createRunJob = (services: RunJobServices) => {
  const around = services.hooks.attempt;
  return async (job: BullJob, token: string): Promise<unknown> => {
    const work = takeWork(services.backend, services.implementations, job, token);
    const run = start(services, work);
    try {
      const { perform, task, payload } = await check(services, work, job);
      const result =
        around === undefined
          ? await runHandler(services, run, perform, payload)
          : await around(run.attempt, () => runHandler(services, run, perform, payload));
      return await accept(services, work, run, task, result);
    } catch (error) {
      await run.progress.flush();
      await recordFailure(services, work, run, error);
      throw new WaitingError(); // Tells BullMQ that the job is no longer its business.
    } finally {
      await release(services, work, run);
    }
  };
};

const start = (services: RunJobServices, work: Work): RunningAttempt => {
  const { taken, envelope, policy, attempt, fence, enqueuedAt } = work;
  const run = startAttempt(
    {
      jobId: taken.id,
      task: work.implementation?.task.name ?? 'unknown',
      queue: taken.queue,
      attempt,
      fence,
      owner: envelope.owner ?? null,
      group: envelope.group ?? null,
      origin: envelope.origin ?? 'taskyard',
      foreign: envelope.foreign ?? null,
      tags: envelope.tags ?? [],
      enqueuedAt,
      trace: envelope.trace,
      policy,
    },
    { ...services.servicesFor(taken), log: services.log },
  );
  // A job whose lock lapsed here can come back here: its earlier run must not outlive that.
  const earlier = services.running.get(taken.id);
  if (earlier !== undefined) {
    const error = new Error(`the lock of job ${taken.id} lapsed, and it was taken again`);
    earlier.stop({ kind: 'lock_lost', error }, 0);
  }
  services.running.set(taken.id, run);
  return run;
};

/** @throws what makes the job not worth running: cancelled, expired, unknown, malformed. */
const check = async (
  services: RunJobServices,
  { taken, envelope, implementation }: Work,
  job: BullJob,
): Promise<{ perform: Perform; task: Task; payload: unknown }> => {
  const { foreign, origin = 'taskyard' } = envelope;
  if (foreign !== undefined && !services.answers(taken.queue, origin)) {
    throw new ProtocolNotSpokenError(taken.id, origin);
  }
  const again = redrives(taken) > 0;
  // A command that cancelled the job before it was redriven is not about this run.
  const early = again ? undefined : services.cancelledEarly(taken.id);
  const cancelled = fieldOf(taken.fields, 'cancelled') ?? early;
  if (cancelled !== undefined) throw new JobCancelledError(taken.id, cancelled);
  const doom = fieldOf(taken.fields, 'doom');
  if (doom !== undefined) throw new WorkerLostError(taken.id, doom);
  const { expiresAt = Infinity } = envelope;
  if (expiresAt <= Date.now() && !again) {
    throw new JobExpiredError(taken.id, new Date(expiresAt));
  }
  if (implementation === undefined) {
    throw new UnknownTaskError(job.name, [...services.implementations.keys()]);
  }
  const quarantined = services.isQuarantined(job.name);
  if (quarantined !== false && (await quarantined)) throw new TaskQuarantinedError(job.name);
  if (!services.admits(taken, job.name)) throw new NotStartedError(taken.id);
  const { task, perform } = implementation;
  const stored = await payloadOf(services, taken, envelope);
  const payload = task.codec === undefined ? stored : task.codec.load(stored);
  return { perform, task, payload: parsePayload(task, payload) };
};

/** The payload as it was enqueued, wherever it lies, with what the job waited for in its place. */
const payloadOf = (
  services: RunJobServices,
  taken: TakenJob,
  { payload, stored, input }: Envelope,
): unknown => {
  if (stored === undefined && input === undefined) return payload;
  return services.assemble(taken, { payload, stored, input });
};

/** Runs the handler until it settles, or is given up after a stop. A stopped attempt has no result. */
const runHandler = async (
  { runTimes }: RunJobServices,
  run: RunningAttempt,
  perform: Perform,
  payload: unknown,
): Promise<unknown> => {
  const result = await perform(payload, run).finally(() => {
    if (run.stopped() === undefined) runTimes.note(run.attempt.task, Date.now() - run.startedAt);
  });
  const stopped = run.stopped();
  if (stopped === undefined || stopped.kind === 'shutdown') return result;
  if (stopped.kind === 'timeout') stopped.error.late = { result };
  throw stopped.error;
};

const accept = async (
  { hooks, offloadResult, follow }: RunJobServices,
  work: Work,
  run: RunningAttempt,
  task: Task,
  result: unknown,
): Promise<unknown> => {
  const accepted = parseResult(task, result);
  work.taken.keepResultMs = work.policy.keepResultMs;
  await hooks.settling?.(run.attempt, { kind: 'complete', result: accepted });
  const stored = task.codec === undefined ? accepted : task.codec.store(accepted);
  const shown = offloadResult === undefined ? stored : await offloadResult(work.taken, stored);
  await follow(work, { kind: 'success', value: stored });
  return shown;
};

const release = async (
  { running, released }: RunJobServices,
  { taken }: Work,
  run: RunningAttempt,
): Promise<void> => {
  run.end();
  if (running.get(taken.id) === run) running.delete(taken.id);
  released();
  await run.progress.flush();
};
