import { connectDatabase, insertEvents } from '@shared/database';
import { startWorker } from '@shared/queue';
import { createEventWriter } from '../src/event-writer.ts';
import { createAggregateStatistics } from '../src/tasks/aggregate-statistics.ts';
import { createTrackUserEvent } from '../src/tasks/track-user-event.ts';

/**
 * A worker in a process of its own, for tests that kill it: it commits a batch of events, says
 * `committed`, and never comes back to complete the jobs. Statistics it aggregates as it should.
 */
const [redisUrl = '', prefix = '', databaseUrl = ''] = process.argv.slice(2);

const database = connectDatabase(databaseUrl);
const writer = createEventWriter({
  insert: async (events) => {
    await insertEvents(database, events);
    process.stdout.write('committed\n');
    return new Promise(() => {});
  },
});

await startWorker({
  queues: ['analytics'],
  handlers: [createTrackUserEvent({ writer }), createAggregateStatistics({ database })],
  redisUrl,
  prefix,
  concurrency: 50,
  lockMs: 500,
});
