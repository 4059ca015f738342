import { InvalidOptionError } from '@shared/errors';
import { type AutoscaleRange, autoscaleRange } from './autoscale-range.ts';
import { packageVersion } from './version.ts';
import { DEAF_AFTER_MS } from './watchdog.ts';

/** How a worker lives in its fleet. */
export type FleetOptions = {
  /** Of the program, shown by the fleet; the platform's own unless told. */
  version?: string;
  /** Lets the concurrency follow how long jobs wait, between these; it begins at `min` unless told. */
  autoscale?: AutoscaleRange;
  /**
   * When the process will be gone, as where a platform replaces its machines every day. A job that is
   * not likely to end by then is left to others, and the worker shuts down its grace before.
   */
  deadlineAt?: Date;
  /** What the fleet's `shutdown` command and the deadline do; SIGTERM to this process unless told. */
  onShutdown?: () => void;
  /** How long fetching may be silent while Redis answers others; 20,000 unless told. */
  deafAfterMs?: number;
  /** What is done when new connections did not cure that; exit with code 70 unless told. */
  onDeaf?: () => void;
};

export type ResolvedFleetOptions = Required<Omit<FleetOptions, 'autoscale' | 'deadlineAt'>> & {
  autoscale: AutoscaleRange | null;
  deadlineAt: Date | undefined;
};

/** EX_SOFTWARE of sysexits.h: the process is no good any more, a new one will be. */
const DEAF_EXIT_CODE = 70;

const MIN_DEAF_AFTER_MS = 1_000;

const terminate = () => {
  process.kill(process.pid, 'SIGTERM');
};

const exitDeaf = () => process.exit(DEAF_EXIT_CODE);

/** @throws {InvalidOptionError} */
export const resolveFleetOptions = ({
  version = packageVersion,
  autoscale,
  deadlineAt,
  onShutdown = terminate,
  deafAfterMs = DEAF_AFTER_MS,
  onDeaf = exitDeaf,
}: FleetOptions): ResolvedFleetOptions => {
  if (autoscale !== undefined && !autoscaleRange.safeParse(autoscale).success) {
    const fix = 'Give max and min, whole numbers from 1, max not below min.';
    throw new InvalidOptionError('autoscale', 'it is no range', fix);
  }
  if (deadlineAt !== undefined && Number.isNaN(deadlineAt.getTime())) {
    throw new InvalidOptionError('deadlineAt', 'it is no valid Date', 'Give a Date.');
  }
  if (!(Number.isInteger(deafAfterMs) && deafAfterMs >= MIN_DEAF_AFTER_MS)) {
    const fix = `Give ${MIN_DEAF_AFTER_MS} ms or more.`;
    throw new InvalidOptionError('deafAfterMs', `${deafAfterMs} ms is too short`, fix);
  }
  return { version, autoscale: autoscale ?? null, deadlineAt, onShutdown, deafAfterMs, onDeaf };
};
