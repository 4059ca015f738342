import { connectDatabase, type ConnectedDatabase, migrate } from '@shared/database';
import type { WorkerOptions } from '@shared/queue';
import { testDatabaseUrl } from '@shared/testing';
import { type Platform, startPlatform } from '@shared/testing/platform';
import { createHandlers } from '../src/handlers.ts';

export type EventRow = {
  job_id: string;
  user_id: string;
  event_type: string;
  event_data: unknown;
  occurred_at: Date;
  /** The partition that it lies in. */
  partition: string;
};

export type Analytics = AsyncDisposable & {
  database: ConnectedDatabase;
  databaseUrl: string;
  platform: Platform;
  events(): Promise<EventRow[]>;
};

/** This service's worker on real Redis and PostgreSQL, with a database of its own. */
export const openAnalytics = async (options: Partial<WorkerOptions> = {}): Promise<Analytics> => {
  const opened = new AsyncDisposableStack();
  const databaseUrl = await testDatabaseUrl();
  await migrate(databaseUrl);
  const database = opened.use(connectDatabase(databaseUrl));
  const platform = opened.use(
    await startPlatform({
      queues: ['analytics'],
      handlers: createHandlers({ database }),
      concurrency: 200,
      ...options,
    }),
  );
  return {
    database,
    databaseUrl,
    platform,
    events: async () => {
      const { rows } = await database.$client.query<EventRow>(
        `select *, tableoid::regclass::text as partition from analytics_events order by job_id`,
      );
      return rows;
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
};
