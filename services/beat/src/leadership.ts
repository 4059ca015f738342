import type { Lease } from '@shared/schedule';
import type { Logger } from '@shared/service';

/** Whether this beat leads, as far as Redis has told. */
export type Leadership = {
  role(): 'leader' | 'follower';
  /** Leads if nobody else does, and keeps it up; asks Redis no more often than it has to. */
  hold(): Promise<boolean>;
  /**
   * Asks Redis whether this beat still leads. Whoever is about to act as the leader asks first: a
   * process that was paused finds out here that another one has taken over.
   */
  confirm(): Promise<boolean>;
  /** Lets another beat take over at once. */
  release(): Promise<void>;
};

export const createLeadership = ({ lease, log }: { lease: Lease; log: Logger }): Leadership => {
  /** When to renew, on the clock that no administrator sets; undefined for a follower. */
  let renewAt: number | undefined;

  const ask = async (question: () => Promise<boolean>): Promise<boolean> => {
    const askedAt = performance.now();
    const ours = await question();
    renewAt = ours ? askedAt + lease.ttlMs / 3 : undefined;
    return ours;
  };

  const confirm = async () => {
    if (renewAt === undefined) return false;
    const ours = await ask(lease.renew);
    if (!ours) log.warn('another beat has taken over');
    return ours;
  };

  return {
    role: () => (renewAt === undefined ? 'follower' : 'leader'),
    async hold() {
      if (renewAt !== undefined) return performance.now() < renewAt || confirm();
      const ours = await ask(lease.acquire);
      if (ours) log.info('this beat leads');
      return ours;
    },
    confirm,
    async release() {
      if (renewAt === undefined) return;
      renewAt = undefined;
      await lease.release();
    },
  };
};
