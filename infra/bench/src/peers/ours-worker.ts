import { implement, startWorker, type Worker } from '@shared/queue';
import type { WorkerCommands } from './commands.ts';
import { startDrainClock } from './drain-clock.ts';
import { noOpOn, PREFIX } from './no-op-task.ts';
import { RESULT } from './payload.ts';
import { serveCommands } from './serve-commands.ts';

const start = (queue: string, concurrency: number, handler: () => string): Promise<Worker> =>
  startWorker({
    handlers: [implement(noOpOn(queue), handler)],
    redisUrl: process.argv[2] ?? '',
    prefix: PREFIX,
    concurrency,
  });

serveCommands({
  async drain({ queue, jobs, concurrency }) {
    const clock = startDrainClock(jobs);
    await using _worker = await start(queue, concurrency, () => {
      clock.count();
      return RESULT;
    });
    return await clock.finished;
  },
  async serve({ queue, concurrency }) {
    await start(queue, concurrency, () => RESULT);
    return null;
  },
  rssBytes: async () => process.memoryUsage.rss(),
} satisfies WorkerCommands);
