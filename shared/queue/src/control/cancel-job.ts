import type { Scripts } from '../engine/scripts.ts';
import { cancelMembers } from '../flows/cancel-flow.ts';
import type { Keys } from '../keys.ts';
import type { RedisConnection } from '../redis/connect.ts';
import { postCommand } from './message.ts';

/** A job taken off its queue never ran, so no contract says how long to keep it. */
const KEEP_CANCELLED_MS = 14 * 86_400_000;

/**
 * Cancels a job that has not ended; with a flow's last job, the whole flow. One that runs is marked,
 * so that it is not tried again even if its worker dies, and every worker is told.
 *
 * @returns false if it had ended, or there is none.
 */
export const cancelJob = async (
  { redis, scripts, keys }: { redis: RedisConnection; scripts: Scripts; keys: Keys },
  { queue, id, reason }: { queue: string; id: string; reason: string },
): Promise<boolean> => {
  const flowId = await redis.hget(`${keys.base(queue)}${id}`, 'flow');
  const cancelled = await cancelOne({ redis, scripts, keys }, { queue, id, reason });
  if (flowId !== id) return cancelled;
  // The last job went first, so that it is cancelled itself and not failed by those it waits for.
  const members = await cancelMembers({ redis, scripts, keys }, id, (memberQueue, memberId) =>
    cancelOne({ redis, scripts, keys }, { queue: memberQueue, id: memberId, reason }),
  );
  return cancelled || members;
};

const cancelOne = async (
  { redis, scripts, keys }: { redis: RedisConnection; scripts: Scripts; keys: Keys },
  { queue, id, reason }: { queue: string; id: string; reason: string },
): Promise<boolean> => {
  const at = Date.now();
  const error = {
    attempt: 0,
    code: 'cancelled',
    name: 'JobCancelledError',
    message: reason,
    retryable: false,
    at: new Date(at),
  };
  const outcome = await scripts.cancel(
    1,
    keys.base(queue),
    id,
    at,
    reason,
    JSON.stringify(error),
    KEEP_CANCELLED_MS,
    keys.jobChannel,
    error.code,
  );
  if (outcome === 'running') {
    const command = { name: 'cancel', jobId: id, reason } as const;
    await postCommand({ redis, keys }, { target: 'all', command });
  }
  return outcome === 'running' || outcome === 'cancelled';
};
