import {
  type Job,
  type JobRecord,
  parsePayload,
  parseResult,
  type Task,
  type TaskPolicy,
} from '@shared/contracts';
import { InvalidOptionError } from '@shared/errors';
import { type Logger, silentLogger } from '@shared/service';
import { parseEnvelope } from '../envelope.ts';
import type { RedisConnection } from '../redis/connect.ts';
import { type Attempt, startAttempt } from '../worker/attempt.ts';
import type { Implementation } from '../worker/implement.ts';
import { inPlace } from '../worker/perform.ts';
import { type Prepared, recordOfHeld } from './held-job.ts';

/** What handlers run with that do the work where it is asked for. */
export type InlineServices = {
  handlers: readonly Implementation[];
  redis: RedisConnection;
  enqueue: Attempt['enqueue'];
  log?: Logger | undefined;
};

/**
 * Does a job's work in this process, since the queue is away: one attempt, under its timeout. Should
 * the queue have taken the job before it went away, a worker runs it too.
 *
 * @returns the job, complete.
 * @throws what the handler throws; {InvalidOptionError} there is no handler here that could.
 */
export const runInline = async <Result>(
  prepared: Prepared,
  task: Task,
  services: InlineServices,
): Promise<Job<Result>> => {
  const found = services.handlers.find((candidate) => candidate.task.name === task.name);
  if (found === undefined || !('handler' in found)) throw noHandler(task.name);
  const record = recordOfHeld(prepared);
  const { data } = prepared.job;
  const envelope = parseEnvelope(JSON.parse(data)) ?? { payload: null };
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
    const result = await inPlace(found.handler)(parsePayload(task, envelope.payload), run);
    const stopped = run.stopped();
    if (stopped !== undefined) throw stopped.error;
    const ended: JobRecord = {
      ...record,
      status: 'complete',
      progress: 1,
      result: parseResult(task, result),
      attempts: 1,
      startedAt,
      finishedAt: new Date(),
    };
    return endedJob(ended as JobRecord<Result>); // The contract's result, parsed just now.
  } finally {
    run.end();
  }
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
