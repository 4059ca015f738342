import { implement, startWorker, type Worker } from '@shared/queue';
import { noOpOn, PREFIX } from './no-op-task.ts';
import { watchOrder } from './order-watch.ts';
import { RESULT } from './payload.ts';
import type { PrecedenceWorkerCommands } from './precedence-commands.ts';
import { serveCommands } from './serve-commands.ts';
import { since } from './time-stamp.ts';

let pickups: number[] = [];

/** One pool of slots for all queues, in strict order. */
const start = (
  { queues, concurrency }: { queues: readonly string[]; concurrency: number },
  handle: (queue: string, label: string) => void,
): Promise<Worker> =>
  startWorker({
    // All queues' jobs are of one task, whose handler sees where each waited.
    handlers: [
      implement(noOpOn(queues[0] ?? ''), ({ label }, { queue }) => {
        handle(queue, label);
        return RESULT;
      }),
    ],
    queues,
    redisUrl: process.argv[2] ?? '',
    prefix: PREFIX,
    concurrency,
  });

serveCommands({
  async drain({ queues, jobsEach, concurrency }) {
    const watch = watchOrder(queues, jobsEach);
    await using _worker = await start({ queues, concurrency }, watch.count);
    const drained = await watch.finished;
    return { ...drained, outOfOrder: watch.outOfOrder() };
  },
  async serve(order) {
    await start(order, (_queue, label) => pickups.push(since(label)));
    return null;
  },
  async pickups() {
    const taken = pickups;
    pickups = [];
    return taken;
  },
} satisfies PrecedenceWorkerCommands);
