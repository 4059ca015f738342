import { redrives } from '../dead-letters/redriven.ts';
import type { TakenJob } from '../engine/worker-backend.ts';
import type { Work } from '../worker/work.ts';
import { attachFollowUps, type FollowUpAccess } from './attach.ts';
import type { Ending } from './make.ts';

/** What a worker does about the follow-ups of a job that it is about to record as ended. */
export const followWork = (access: FollowUpAccess) => {
  /** A run that could not record its success may have attached what follows one. */
  const tried = new WeakSet<TakenJob>();
  return async ({ taken, envelope, enqueuedAt, again }: Work, ending: Ending): Promise<void> => {
    const { followUps, trace } = envelope;
    if (followUps === undefined) return;
    const mayHaveOthers = again || tried.has(taken);
    tried.add(taken);
    await attachFollowUps(access, taken, {
      id: taken.id,
      enqueuedAt: enqueuedAt.getTime(),
      round: redrives(taken),
      trace,
      again: mayHaveOthers,
      followUps,
      ending,
    });
  };
};
