/** How a job leaves a worker's hands. */
export type SettlementKind = 'complete' | 'fail' | 'retry' | 'return';

/** What came through a worker's hands since it started, and whether Redis answers it. */
export type Activity = {
  readonly counts: { taken: number } & Record<SettlementKind, number>;
  /** When a request for jobs was last answered, in ms since the epoch. */
  fetchedAt(): number;
  /** When the oldest script was sent that Redis has not answered; undefined if there is none. */
  unansweredSince(): number | undefined;
  /** Notes that a request for jobs was answered, with so many. */
  fetched(jobs: number): void;
  settled(kind: SettlementKind): void;
  /** Notes how long a script goes without an answer. */
  answered<Reply>(reply: Promise<Reply>): Promise<Reply>;
};

export const createActivity = (): Activity => {
  const counts = { taken: 0, complete: 0, fail: 0, retry: 0, return: 0 };
  // A connection answers in the order it was asked: the first one unanswered is the oldest.
  const unanswered: number[] = [];
  let fetchedAt = Date.now();
  return {
    counts,
    fetchedAt: () => fetchedAt,
    unansweredSince: () => unanswered[0],
    fetched(jobs) {
      fetchedAt = Date.now();
      counts.taken += jobs;
    },
    settled(kind) {
      counts[kind] += 1;
    },
    async answered(reply) {
      unanswered.push(Date.now());
      try {
        return await reply;
      } finally {
        unanswered.shift();
      }
    },
  };
};
