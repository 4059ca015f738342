/** Part of the reason by which our engine cancels a job whose work horse is to be killed. */
export const KILLED = 'work horse killed';

export const stopReasons = {
  stopped: 'stopped by a client of RQ',
  killed: `${KILLED} by a client of RQ`,
} as const;

/** RQ kills at once; a handler has this long to notice. */
export const STOP_GRACE_MS = 250;
