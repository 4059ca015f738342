import { type Database, insertEvents } from '@shared/database';
import type { Implementation } from '@shared/queue';
import { createEventWriter } from './event-writer.ts';
import { createAggregateStatistics } from './tasks/aggregate-statistics.ts';
import { createTrackUserEvent } from './tasks/track-user-event.ts';

/**
 * Everything that this service does.
 *
 * @param options.batch events in one INSERT at most.
 */
export const createHandlers = ({
  database,
  batch,
}: {
  database: Database;
  batch?: number;
}): Implementation[] => {
  const writer = createEventWriter({
    insert: (events) => insertEvents(database, events),
    ...(batch === undefined ? {} : { maxBatch: batch }),
  });
  return [createTrackUserEvent({ writer }), createAggregateStatistics({ database })];
};
