/** What our locks hold. ARQ only looks whether one is there; we must know our own. */
export const LOCK = 'taskyard';

/** The lock of one run: a later run of the same job has a larger fence. */
export const lockOfRun = (fence: number): string => `${LOCK}:${fence}`;

/** How long a lock is held without a sign of life; ARQ's own workers hold theirs for the whole time limit. */
export const LOCK_MS = 30_000;

export const RENEW_MS = LOCK_MS / 3;
