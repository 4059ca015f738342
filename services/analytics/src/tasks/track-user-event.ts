import { trackUserEvent } from '@shared/contracts';
import { implement } from '@shared/queue';
import { EventOutOfRangeError } from '../errors/event-out-of-range-error.ts';
import type { EventWriter } from '../event-writer.ts';

const DAY_MS = 86_400_000;

/** Each month that has an event has a partition: a typing error must not make one for the year 20261. */
const MAX_AGE_DAYS = 400;

/** Clocks differ, but not by more. */
const MAX_AHEAD_MS = DAY_MS;

/** A job's id and time stay the same however often it runs, and so does the row's key. */
export const createTrackUserEvent = ({ writer }: { writer: EventWriter }) =>
  implement(trackUserEvent, async ({ occurredAt, ...event }, { jobId, enqueuedAt, signal }) => {
    const at = occurredAt === undefined ? enqueuedAt : new Date(occurredAt);
    const ageMs = Date.now() - at.getTime();
    if (ageMs > MAX_AGE_DAYS * DAY_MS || ageMs < -MAX_AHEAD_MS) {
      throw new EventOutOfRangeError(at, MAX_AGE_DAYS);
    }
    return writer.write({ jobId, ...event, occurredAt: at }, signal);
  });
