import {
  type Job,
  type JobRecord,
  parsePayload,
  parseResult,
  type TaskPolicy,
} from '@shared/contracts';
import { InvalidOptionError } from '@shared/errors';
import { type Logger, silentLogger } from '@shared/service';
import { type Envelope, parseEnvelope } from '../envelope.ts';
import { type Ending, makeFollowUps } from '../follow-ups/make.ts';
import type { RedisConnection } from '../redis/connect.ts';
import { type Attempt, startAttempt } from '../worker/attempt.ts';
import type { Implementation } from '../worker/implement.ts';
import { describeError } from '../worker/describe-error.ts';
import { inPlace } from '../worker/perform.ts';
import { type HeldJob, packJob, type Prepared, recordOfHeld } from './held-job.ts';

/** What handlers run with that do the work where it is asked for. */
export type InlineServices = {
  handlers: readonly Implementation[];
  redis: RedisConnection;
  enqueue: Attempt['enqueue'];
  /** Keeps a job until the queue is back; what follows one is done inline as well if there is none. */
  hold: ((job: HeldJob) => Promise<void>) | undefined;
  log?: Logger | undefined;
};

/**
 * Does a job's work in this process, since the queue is away: one attempt, under its timeout, and what
 * follows it. Should the queue have taken the job before it went away, a worker runs it too.
 *
 * @returns the job, complete.
 * @throws what the handler throws; {InvalidOptionError} there is no handler here that could.
 */
export const runInline = async <Result>(
  prepared: Prepared,
  services: InlineServices,
): Promise<Job<Result>> => {
  const { data, task } = prepared.job;
  const envelope = parseEnvelope(JSON.parse(data)) ?? { payload: null };
  const found = handlerOf(task, services);
  const { followUps = {} } = envelope;
  const following = [...(followUps.success ?? []), ...(followUps.failure ?? [])];
  if (services.hold === undefined) for (const next of following) handlerOf(next.task, services);
  const record = recordOfHeld(prepared);
  const follow = (ending: Ending) => followInline(record, envelope, ending, services);
  try {
    const ended = await runOnce(record, envelope, found, services);
    await follow({ kind: 'success', value: ended.result });
    return endedJob(ended as JobRecord<Result>); // The contract's result, parsed just now.
  } catch (thrown) {
    const { code, name, message } = describeError(thrown, 1);
    const error = { code, name, message, attempt: 1 };
    await follow({ kind: 'failure', value: { jobId: record.jobId, task, error } });
    throw thrown;
  }
};

const runOnce = async (
  record: JobRecord,
  envelope: Envelope,
  { task, handler }: HandlerHere,
  services: InlineServices,
): Promise<JobRecord> => {
  const policy: TaskPolicy = { ...task, ...envelope.policy, attempts: 1 };
  const startedAt = new Date();
  const run = startAttempt(
    {
      jobId: record.jobId,
      task: task.name,
      queue: record.queue,
      attempt: 1,
      fence: startedAt.getTime() * 1_000,
      owner: record.owner,
      group: record.group,
      tags: record.tags,
      origin: record.origin,
      foreign: null,
      enqueuedAt: record.enqueuedAt,
      trace: envelope.trace,
      policy,
    },
    {
      log: services.log ?? silentLogger(),
      redis: services.redis,
      // Nobody can watch, and nobody else can take the job.
      report: async () => undefined,
      heartbeat: async () => undefined,
      enqueue: services.enqueue,
    },
  );
  try {
    const result = await inPlace(handler)(parsePayload(task, envelope.payload), run);
    const stopped = run.stopped();
    if (stopped !== undefined) throw stopped.error;
    return {
      ...record,
      status: 'complete',
      progress: 1,
      result: parseResult(task, result),
      attempts: 1,
      startedAt,
      finishedAt: new Date(),
    };
  } finally {
    run.end();
  }
};

/** The job has ended, whatever becomes of what follows it. */
const followInline = async (
  { jobId, enqueuedAt }: JobRecord,
  { followUps, trace }: Envelope,
  ending: Ending,
  services: InlineServices,
): Promise<void> => {
  if (followUps === undefined) return;
  const predecessor = { id: jobId, enqueuedAt: enqueuedAt.getTime(), round: 0, trace };
  for (const job of makeFollowUps(predecessor, followUps, ending)) {
    const prepared = { job, chosen: true, lookedUp: false };
    try {
      await (services.hold?.(packJob(prepared)) ?? runInline(prepared, services));
    } catch (error) {
      services.log?.error({ jobId: job.id, task: job.task, error }, 'follow-up failed');
    }
  }
};

type HandlerHere = Extract<Implementation, { handler: unknown }>;

const handlerOf = (task: string, { handlers }: InlineServices): HandlerHere => {
  const found = handlers.find((candidate) => candidate.task.name === task);
  if (found === undefined || !('handler' in found)) throw noHandler(task);
  return found;
};

const endedJob = <Result>(record: JobRecord<Result>): Job<Result> => ({
  id: record.jobId,
  task: record.task,
  queue: record.queue,
  duplicate: false,
  status: async () => record.status,
  record: async () => record,
  result: async () => record.result as Result, // It is complete.
  cancel: async () => false,
  async *progress() {
    yield { fraction: 1, message: null };
  },
  async *changes() {
    yield record;
  },
});

const noHandler = (task: string) =>
  new InvalidOptionError(
    'whenDown',
    `the queue is away, and no handler of ${task} is at hand to do the work inline`,
    "Give it to the producer, as in createProducer({ handlers: [implement(task, …)] }), or use 'spool'.",
  );
