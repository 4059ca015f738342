import { addJobs, type NewJob } from '../engine/add-batch.ts';
import type { TakenJob } from '../engine/worker-backend.ts';
import type { FlowAccess } from '../flows/write-flow.ts';
import { offloadPayload } from '../large-values/offload.ts';
import type { PayloadStore } from '../large-values/payload-store.ts';
import { type Ending, makeFollowUps, placesOfFollowUps, type Predecessor } from './make.ts';
import type { StoredFollowUps } from './store.ts';

export type FollowUpAccess = FlowAccess & { payloadStore: PayloadStore | undefined };

/**
 * Makes a job's follow-ups wait for it, so that what records how it ended sets them free in the same
 * step: if this worker dies before that, none has begun, and the next run of the job has them anew.
 */
export const attachFollowUps = async (
  access: FollowUpAccess,
  taken: TakenJob,
  {
    followUps,
    ending,
    ...predecessor
  }: Predecessor & {
    followUps: StoredFollowUps;
    ending: Ending;
    /** Whether the job was run before, so that another run may have attached its own. */
    again: boolean;
  },
): Promise<void> => {
  const { redis, keys } = access;
  const dependents = `${keys.base(taken.queue)}${taken.id}:dependents`;
  if (predecessor.again)
    await detach(access, dependents, placesOfFollowUps(predecessor, followUps));
  const jobs = makeFollowUps(predecessor, followUps, ending);
  if (jobs.length === 0) return;
  const waiting = jobs.map((job) => ({ ...job, flow: { flowId: '', inputs: 1, dependents: [] } }));
  await addFollowUps(access, waiting);
  await redis.rpush(dependents, ...jobs.map((job) => reference(access, job)));
  taken.awaited = true;
};

/** Writes follow-ups; those that are there already are left as they are. */
export const addFollowUps = async (
  access: FollowUpAccess,
  jobs: readonly NewJob[],
): Promise<void> => {
  if (jobs.length === 0) return;
  const { redis, scripts, keys, payloadStore } = access;
  const stored = await Promise.all(jobs.map((job) => offloadPayload(job, access)));
  await redis.sadd(keys.queues, ...jobs.map(({ queue }) => queue));
  const added = await addJobs(scripts, keys, stored);
  for (const [i, { duplicateOf }] of added.entries()) {
    const key = stored[i]?.storedKey;
    if (duplicateOf !== undefined && key !== undefined) await payloadStore?.delete(key);
  }
};

/**
 * Removes a job that waits for another one, and only then.
 *
 * KEYS  [1] the set of waiting jobs, [2] the job
 * ARGV  [1] its id
 */
const REMOVE_WAITING = `
if redis.call('ZREM', KEYS[1], ARGV[1]) == 1 then redis.call('DEL', KEYS[2]) end`;

const detach = async (
  access: FollowUpAccess,
  dependents: string,
  places: readonly { queue: string; id: string }[],
): Promise<void> => {
  const { redis, keys } = access;
  const pipeline = redis.pipeline();
  for (const { queue, id } of places) {
    const base = keys.base(queue);
    pipeline.lrem(dependents, 0, reference(access, { queue, id }));
    pipeline.eval(REMOVE_WAITING, 2, `${base}waiting-children`, `${base}${id}`, id);
  }
  await pipeline.exec();
};

/** As flows.lua reads it: whatever the job comes to, this one goes on. */
const reference = ({ keys }: FollowUpAccess, { queue, id }: { queue: string; id: string }) =>
  [keys.base(queue), id, 0, 'i'].join('\x1e');
