/**
 * Why a job has not started, or that it has. In order of importance: what comes first must go before
 * what follows matters.
 */
export const REASON_CODES = [
  'ended',
  'running',
  'being_cancelled',
  'worker_lost',
  'expired',
  'delayed',
  'retrying',
  'waits_for_jobs',
  'flow_being_written',
  'task_quarantined',
  'queue_paused',
  'no_worker',
  'workers_paused',
  'workers_draining',
  'workers_deaf',
  'unknown_task',
  'protocol_not_spoken',
  'limit_reached',
  'queue_limit_reached',
  'runs_alone',
  'workers_busy',
  'lower_precedence',
  'behind_jobs',
  'lane_turn',
  'about_to_start',
] as const;

export type ReasonCode = (typeof REASON_CODES)[number];

export type Reason = {
  code: ReasonCode;
  /**
   * `blocking`: the job does not start until somebody does something; `waiting`: it will, by itself;
   * `info`: nothing is in its way.
   */
  severity: 'blocking' | 'waiting' | 'info';
  /** For people, one sentence. */
  message: string;
  /** The facts of the message, for programs; times are ISO 8601. */
  detail: Readonly<Record<string, unknown>>;
  /** What to do about it; null where there is nothing to do. */
  fix: string | null;
};

export const inOrder = (reasons: readonly Reason[]): Reason[] =>
  reasons.toSorted((a, b) => REASON_CODES.indexOf(a.code) - REASON_CODES.indexOf(b.code));

/** "1 job", "2 jobs". */
export const counted = (count: number, noun: string): string =>
  `${count} ${noun}${count === 1 ? '' : 's'}`;
