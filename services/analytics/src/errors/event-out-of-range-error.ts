import { PlatformError } from '@shared/errors';

/** An event from too long ago, or from the future: a clock is wrong, or a unit. */
export class EventOutOfRangeError extends PlatformError {
  readonly code = 'event_out_of_range';
  readonly retryable = false;

  constructor(occurredAt: Date, maxAgeDays: number) {
    super(
      {
        what: 'Event refused',
        why: `it is said to have occurred at ${occurredAt.toISOString()}`,
        fix: `Give a time of the last ${maxAgeDays} days.`,
      },
      { path: 'occurredAt' },
    );
  }
}
