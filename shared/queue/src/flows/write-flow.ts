import {
  addJobs,
  addJobsTogether,
  type Added,
  MAX_BATCH,
  type NewJob,
} from '../engine/add-batch.ts';
import type { Scripts } from '../engine/scripts.ts';
import type { Keys } from '../keys.ts';
import type { RedisConnection } from '../redis/connect.ts';
import { createGate, openGate } from './gate.ts';
import type { CompiledFlow } from './compile.ts';

export type FlowAccess = { redis: RedisConnection; scripts: Scripts; keys: Keys };

/**
 * Writes a flow: all of it or, if this process dies on the way, nothing that would ever run. Small
 * flows are one script; the first jobs of a large one wait behind a gate until all of it is there.
 */
export const writeFlow = async (
  access: FlowAccess,
  { jobs, entries }: CompiledFlow,
): Promise<void> => {
  const { scripts, keys } = access;
  if (jobs.length <= MAX_BATCH) {
    await addJobs(scripts, keys, jobs);
    return;
  }
  const gate = await createGate(access, entries);
  for (const chunk of chunks(jobs, MAX_BATCH)) await addJobs(scripts, keys, chunk);
  await openGate(access, gate);
};

/** More jobs than this would keep Redis from everybody else for too long. */
const MAX_TOGETHER = 1_000;

/** The jobs of `enqueueMany`, all or none, whatever their number. */
export const writeTogether = async (
  access: FlowAccess,
  jobs: readonly NewJob[],
): Promise<Added[]> => {
  const { redis, scripts, keys } = access;
  if (jobs.length <= MAX_BATCH) return addJobs(scripts, keys, jobs);
  if (jobs.length <= MAX_TOGETHER) return addJobsTogether(redis, keys, chunks(jobs, MAX_BATCH));
  const gate = await createGate(access, jobs);
  const added: Added[] = [];
  for (const chunk of chunks(jobs, MAX_BATCH)) added.push(...(await addJobs(scripts, keys, chunk)));
  await openGate(access, gate);
  return added;
};

const chunks = <Item>(items: readonly Item[], size: number): Item[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, i) =>
    items.slice(i * size, (i + 1) * size),
  );
