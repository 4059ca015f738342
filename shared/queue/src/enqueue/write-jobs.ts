import { JobIdTakenError } from '@shared/errors';
import {
  type Added,
  type Claim,
  type Claimed,
  claimJob,
  createAddBatch,
  type NewJob,
} from '../engine/add-batch.ts';
import type { Taker } from '../engine/sleep.ts';
import type { CompiledFlow } from '../flows/compile.ts';
import { type FlowAccess, writeFlow, writeTogether } from '../flows/write-flow.ts';
import type { Prepared } from '../held/held-job.ts';
import { queuesHolding } from '../jobs/locate.ts';
import { offloadPayload } from '../large-values/offload.ts';
import type { PayloadStore } from '../large-values/payload-store.ts';
import { createMemoryGuard } from './memory-guard.ts';

/** The ways of a producer's jobs into Redis; each refuses before anything is written. */
export type JobWriter = {
  /**
   * @returns the id of the job that was there already, if one was.
   * @throws {JobIdTakenError | QueueFullError | PayloadTooLargeError}
   */
  one(prepared: Prepared): Promise<string | undefined>;
  /** For a message, which leaves its list in the same step; undefined if it is not there any more. */
  claim(prepared: Prepared, claim: Claim): Promise<Claimed | undefined>;
  /** All of them or none. */
  many(jobs: readonly NewJob[]): Promise<Added[]>;
  flow(flow: CompiledFlow): Promise<void>;
  /** Makes a queue known to whoever lists them. */
  announce(queue: string): Promise<void>;
};

/** @param taker a worker that takes its jobs by the same connection. */
export const createJobWriter = (
  access: FlowAccess & { db: number; payloadStore: PayloadStore | undefined },
  taker?: Taker,
): JobWriter => {
  const { redis, scripts, keys, db, payloadStore } = access;
  const add = createAddBatch(scripts, keys, taker);
  const guard = createMemoryGuard(redis);
  const announced = new Set<string>();

  const announce = async (queue: string) => {
    if (announced.has(queue)) return;
    await redis.sadd(keys.queues, queue);
    announced.add(queue);
  };

  const admit = async (jobs: readonly NewJob[]) => {
    await guard(jobs.reduce((bytes, { data }) => bytes + data.length, 0));
    for (const queue of new Set(jobs.map((job) => job.queue))) await announce(queue);
  };

  const write = async <Written extends Added | undefined>(
    { job, lookedUp }: Prepared,
    addTo: (job: NewJob) => Promise<Written>,
  ): Promise<Written> => {
    await guard(job.data.length);
    await announce(job.queue);
    if (lookedUp) {
      const elsewhere = (await queuesHolding(redis, keys, job.id)).find(
        (queue) => queue !== job.queue,
      );
      if (elsewhere !== undefined) throw new JobIdTakenError(job.id, elsewhere);
    }
    const prepared = await offloadPayload(job, access);
    const written = await addTo(prepared);
    const isAdded = written !== undefined && written.duplicateOf === undefined;
    if (!isAdded && prepared.storedKey !== undefined) {
      await payloadStore?.delete(prepared.storedKey);
    }
    return written;
  };

  return {
    announce,

    async one(prepared) {
      const { duplicateOf } = await write(prepared, add);
      // An id of ours is taken only by this very call, sent again after a lost connection.
      return duplicateOf === prepared.job.id && !prepared.chosen ? undefined : duplicateOf;
    },

    claim: (prepared, claim) =>
      write(prepared, (job) =>
        claimJob({ scripts, keys, db, ...(taker && { taker }) }, job, claim),
      ),

    async many(jobs) {
      await admit(jobs);
      const stored = await Promise.all(jobs.map((job) => offloadPayload(job, access)));
      return writeTogether(access, stored);
    },

    async flow(flow) {
      await admit(flow.jobs);
      const jobs = await Promise.all(flow.jobs.map((job) => offloadPayload(job, access)));
      const stored = new Map(jobs.map((job) => [job.id, job]));
      const entries = flow.entries.map((job) => stored.get(job.id) ?? job);
      await writeFlow(access, { ...flow, jobs, entries });
    },
  };
};
