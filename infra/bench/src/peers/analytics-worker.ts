import { createEventWriter, createTrackUserEvent, type EventWriter } from '@services/analytics';
import { trackUserEvent } from '@shared/contracts';
import {
  analyticsEvents,
  connectDatabase,
  type Database,
  insertEvents,
  type TrackedEvent,
} from '@shared/database';
import { createProducer, startWorker } from '@shared/queue';
import type { AnalyticsCommands, AnalyticsOrder } from './analytics-commands.ts';
import { startDrainClock } from './drain-clock.ts';
import { PREFIX } from './no-op-task.ts';
import { serveCommands } from './serve-commands.ts';

const redisUrl = process.argv[2] ?? '';

/** What `connectDatabase` opens unless told. */
const CONNECTIONS = 10;

const EVENT = {
  userId: 'ada',
  eventType: 'job_view',
  eventData: { jobId: 7, jobTitle: 'Analyst' },
};

/** As a handler would without a second thought; PostgreSQL still shares commits among connections. */
const oneByOne = (database: Database): EventWriter => ({
  async write(event) {
    const { rowCount } = await database.insert(analyticsEvents).values(event).onConflictDoNothing();
    return { duplicate: rowCount === 0 };
  },
});

const open = ({ databaseUrl, writing }: AnalyticsOrder) => {
  const database = connectDatabase(databaseUrl, { maxConnections: CONNECTIONS });
  const insert = (events: readonly TrackedEvent[]) => insertEvents(database, events);
  const writer = writing === 'batched' ? createEventWriter({ insert }) : oneByOne(database);
  return { writer, [Symbol.asyncDispose]: () => database[Symbol.asyncDispose]() };
};

serveCommands({
  async enqueue({ jobs }) {
    await using producer = createProducer({ redisUrl, prefix: PREFIX });
    for (let left = jobs; left > 0; left -= 1_000) {
      const items = Array.from({ length: Math.min(left, 1_000) }, () => ({
        task: trackUserEvent,
        payload: EVENT,
      }));
      await producer.enqueueMany(items);
    }
    return null;
  },
  async drain(order) {
    await using database = open(order);
    const clock = startDrainClock(order.jobs);
    const counted: EventWriter = {
      async write(event, signal) {
        const written = await database.writer.write(event, signal);
        clock.count();
        return written;
      },
    };
    await using _worker = await startWorker({
      handlers: [createTrackUserEvent({ writer: counted })],
      redisUrl,
      prefix: PREFIX,
      concurrency: order.concurrency,
    });
    return await clock.finished;
  },
  async write(order) {
    await using database = open(order);
    const { signal } = new AbortController();
    let next = 0;
    const lane = async () => {
      while (next < order.jobs) {
        next += 1;
        const jobId = `write-${next}`;
        await database.writer.write({ jobId, ...EVENT, occurredAt: new Date() }, signal);
      }
    };
    const began = performance.now();
    await Promise.all(Array.from({ length: order.concurrency }, lane));
    return { ms: performance.now() - began };
  },
} satisfies AnalyticsCommands);
