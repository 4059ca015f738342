import type { SearchAccess } from '../search/walk.ts';
import type { Facts } from './facts.ts';
import type { Reason } from './reason.ts';

/** For a job that has ended, runs, or did until its worker was lost; undefined for one that waits. */
export const reasonsOfItsState = async (
  access: SearchAccess,
  facts: Facts,
): Promise<Reason[] | undefined> => {
  const { place, job } = facts;
  if (place === 'failed' || place === 'completed') return [ended(facts)];
  if (place === 'active') {
    return facts.stored.cancelled === undefined
      ? [running(facts)]
      : [beingCancelled(facts, facts.stored.cancelled), running(facts)];
  }
  const active = `${access.keys.base(job.queue)}active`;
  const isActive = (await access.redis.lpos(active, job.jobId)) !== null;
  return isActive ? [workerLost(facts)] : undefined;
};

const ended = ({ job }: Facts): Reason => {
  const { status, finishedAt, error } = job;
  const after = error === null ? '' : `: ${error.message}`;
  return {
    code: 'ended',
    severity: 'info',
    message: `It is ${status} since ${finishedAt?.toISOString() ?? 'some time'}${after}.`,
    detail: { status, finishedAt, error },
    fix: status === 'complete' ? null : `To run it again: taskyard dead redrive --id ${job.jobId}.`,
  };
};

const running = ({ job, stored }: Facts): Reason => ({
  code: 'running',
  severity: 'info',
  message: `It runs since ${job.startedAt?.toISOString() ?? 'just now'}, attempt ${job.attempts}.`,
  detail: { startedAt: job.startedAt, attempt: job.attempts, worker: stored.worker ?? null },
  fix: null,
});

const beingCancelled = ({ stored }: Facts, reason: string): Reason => ({
  code: 'being_cancelled',
  severity: 'info',
  message: `It was told to stop: ${reason}.`,
  detail: { reason, worker: stored.worker ?? null },
  fix: null,
});

const workerLost = ({ job, stored, serving }: Facts): Reason => ({
  code: 'worker_lost',
  severity: serving.length > 0 ? 'waiting' : 'blocking',
  message: 'Its worker is gone; another one takes the job over within seconds.',
  detail: { worker: stored.worker ?? null, startedAt: job.startedAt },
  fix: serving.length > 0 ? null : `Start a worker: taskyard worker -Q ${job.queue}.`,
});
