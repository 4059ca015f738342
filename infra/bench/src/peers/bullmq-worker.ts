import { Worker } from 'bullmq';
import { connection, KEEP_RESULTS } from './bullmq-connection.ts';
import type { WorkerCommands } from './commands.ts';
import { startDrainClock } from './drain-clock.ts';
import { RESULT } from './payload.ts';
import { serveCommands } from './serve-commands.ts';

const start = (queue: string, concurrency: number, handler: () => string): Worker =>
  new Worker(queue, async () => handler(), {
    connection,
    concurrency,
    removeOnComplete: KEEP_RESULTS,
  });

serveCommands({
  async drain({ queue, jobs, concurrency }) {
    const clock = startDrainClock(jobs);
    const worker = start(queue, concurrency, () => {
      clock.count();
      return RESULT;
    });
    const drained = await clock.finished;
    await worker.close();
    return drained;
  },
  async serve({ queue, concurrency }) {
    await start(queue, concurrency, () => RESULT).waitUntilReady();
    return null;
  },
  rssBytes: async () => process.memoryUsage.rss(),
} satisfies WorkerCommands);
