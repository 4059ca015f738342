import { defineTask, type JobRecord } from '@shared/contracts';
import { z } from 'zod';
import type { NewJob } from '../engine/add-batch.ts';
import { newJobId } from '../job-id.ts';
import { readJob } from '../jobs/read-job.ts';
import type { Attempt } from '../worker/attempt.ts';
import { implement, type Implementation } from '../worker/implement.ts';
import { addFollowUps, type FollowUpAccess } from './attach.ts';
import { type Ending, makeFollowUps } from './make.ts';
import type { StoredFollowUps } from './store.ts';

/**
 * Comes after the last job of a flow, however that ends: it may end without a worker, when one that it
 * waits for fails. Every worker knows it, and nobody else enqueues it.
 */
const afterFlow = defineTask({
  name: 'platform.after-flow',
  queue: 'platform',
  payload: z.object({
    last: z.string(),
    trace: z.string().optional(),
    followUps: z.custom<StoredFollowUps>((value) => typeof value === 'object' && value !== null),
  }),
  result: z.null(),
  attempts: 10,
  keepResultMs: 0,
});

/** The job that enqueues a flow's follow-ups, to wait for the flow's last one, in its queue. */
export const afterFlowJob = (
  last: Pick<NewJob, 'id' | 'queue'>,
  followUps: StoredFollowUps,
  trace: string | undefined,
): NewJob => {
  const payload = { last: last.id, followUps, ...(trace === undefined ? {} : { trace }) };
  return {
    queue: last.queue,
    id: newJobId(last.queue),
    task: afterFlow.name,
    data: JSON.stringify({ payload }),
    enginePriority: 1,
    enqueuedAt: Date.now(),
    dueAt: 0,
    lane: '',
    indexedUnder: '',
    foreign: false,
    again: false,
  };
};

export const createAfterFlow = (access: FollowUpAccess): Implementation =>
  implement(afterFlow, async ({ last, followUps, trace }, attempt) => {
    const record = await readJob(access, attempt.queue, last);
    const ending = record === undefined ? await endingTold(access, attempt) : endingOf(record);
    const at = record?.enqueuedAt ?? attempt.enqueuedAt;
    const predecessor = { id: last, enqueuedAt: at.getTime(), round: 0, trace };
    await addFollowUps(access, makeFollowUps(predecessor, followUps, ending));
    return null;
  });

const endingOf = ({ jobId, task, result, error }: JobRecord): Ending => {
  if (error === null) return { kind: 'success', value: result };
  const { code, name, message, attempt } = error;
  return { kind: 'failure', value: { jobId, task, error: { code, name, message, attempt } } };
};

/** Failures outlast every queue's backlog: a record that has left was a result's, and this is it. */
const endingTold = async ({ redis, keys }: FollowUpAccess, { queue, jobId }: Attempt) => {
  const told = await redis.hget(`${keys.base(queue)}${jobId}:processed`, '0');
  return { kind: 'success', value: JSON.parse(told ?? 'null') as unknown } as const;
};
