import type { NewJob } from '../engine/add-batch.ts';
import { newJobId } from '../job-id.ts';
import type { FlowAccess } from './write-flow.ts';

/**
 * What the first jobs of a large flow wait for until all of the flow is written: as good as a job that
 * has yet to end, without a place in any queue.
 */
export type Gate = { queue: string; id: string };

const DEPENDENTS_A_COMMAND = 500;
const RELEASES_A_SCRIPT = 200;
const OPENED_KEPT_MS = 3_600_000;

/** A flow that is not all there after this long will never be: its writer died. */
const ABANDONED_AFTER_MS = 3_600_000;

export const createGate = async (
  { redis, keys }: FlowAccess,
  entries: readonly NewJob[],
): Promise<Gate> => {
  const queue = entries[0]?.queue ?? '';
  const gate = { queue, id: newJobId(queue) };
  await redis.zadd(keys.gates, Date.now(), referenceOf(gate));
  const dependents = `${keys.base(queue)}${gate.id}:dependents`;
  for (let at = 0; at < entries.length; at += DEPENDENTS_A_COMMAND) {
    const chunk = entries.slice(at, at + DEPENDENTS_A_COMMAND);
    const references = chunk.map((job) => [keys.base(job.queue), job.id, 'gate', 'f'].join('\x1e'));
    await redis.rpush(dependents, ...references);
  }
  for (const job of entries) {
    const flow = job.flow ?? { flowId: '', inputs: 0, dependents: [] };
    job.flow = { ...flow, inputs: 1 };
  }
  return gate;
};

/** From here on the flow runs, even if this process dies: workers go on letting its jobs through. */
export const openGate = async ({ redis, scripts, keys }: FlowAccess, gate: Gate): Promise<void> => {
  const base = keys.base(gate.queue);
  const key = `${base}${gate.id}`;
  const now = Date.now();
  await redis
    .multi()
    .hset(key, { name: 'platform.gate', returnvalue: 'null', finishedOn: now })
    .pexpire(key, OPENED_KEPT_MS)
    .rpush(keys.releases, `${base}\x1e${gate.id}`)
    .zrem(keys.gates, referenceOf(gate))
    .exec();
  while (
    Number(await scripts.release(1, base, Date.now(), keys.jobChannel, RELEASES_A_SCRIPT)) > 0
  );
};

/** Removes what the writers of flows left behind that died before their flow was all there. */
export const removeAbandonedGates = async ({ redis, keys }: FlowAccess): Promise<void> => {
  const oldest = Date.now() - ABANDONED_AFTER_MS;
  for (const reference of await redis.zrangebyscore(keys.gates, '-inf', oldest, 'LIMIT', 0, 10)) {
    const [queue = '', id = ''] = reference.split('\x1e');
    const dependents = `${keys.base(queue)}${id}:dependents`;
    for (;;) {
      const found = await redis.lpop(dependents, DEPENDENTS_A_COMMAND);
      if (found === null || found.length === 0) break;
      const pipeline = redis.pipeline();
      for (const dependent of found) {
        const [base = '', jobId = ''] = dependent.split('\x1e');
        pipeline.zrem(`${base}waiting-children`, jobId).del(`${base}${jobId}`);
      }
      await pipeline.exec();
    }
    await redis.zrem(keys.gates, reference);
  }
};

const referenceOf = ({ queue, id }: Gate) => `${queue}\x1e${id}`;
