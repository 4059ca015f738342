import type { FlowAccess } from './write-flow.ts';

/** Calls `cancel` for every job of a flow, a page at a time. */
export const cancelMembers = async (
  { redis, keys }: FlowAccess,
  flowId: string,
  cancel: (queue: string, id: string) => Promise<boolean>,
): Promise<boolean> => {
  let any = false;
  let cursor = '0';
  do {
    const [next, members] = await redis.sscan(keys.flow(flowId), cursor, 'COUNT', 500);
    const outcomes = await Promise.all(
      members.map((member) => {
        const [base = '', id = ''] = member.split('\x1e');
        return cancel(keys.queueOf(base), id);
      }),
    );
    any ||= outcomes.some(Boolean);
    cursor = next;
  } while (cursor !== '0');
  return any;
};
