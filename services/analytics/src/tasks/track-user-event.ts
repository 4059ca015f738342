import { trackUserEvent } from '@shared/contracts';
import { implement } from '@shared/queue';
import type { EventWriter } from '../event-writer.ts';

/** A job's id and time stay the same however often it runs, and so does the row's key. */
export const createTrackUserEvent = ({ writer }: { writer: EventWriter }) =>
  implement(trackUserEvent, ({ occurredAt, ...event }, { jobId, enqueuedAt, signal }) =>
    writer.write(
      { jobId, ...event, occurredAt: occurredAt === undefined ? enqueuedAt : new Date(occurredAt) },
      signal,
    ),
  );
