import { Worker } from 'bullmq';
import { connection, KEEP_RESULTS } from './bullmq-connection.ts';
import { watchOrder } from './order-watch.ts';
import { RESULT } from './payload.ts';
import type { PrecedenceWorkerCommands } from './precedence-commands.ts';
import { serveCommands } from './serve-commands.ts';
import { since } from './time-stamp.ts';

let pickups: number[] = [];

/** BullMQ knows no order between queues: a worker for each, which share the concurrency. */
const start = async (
  { queues, concurrency }: { queues: readonly string[]; concurrency: number },
  handle: (queue: string, label: string) => void,
): Promise<Worker[]> => {
  const each = Math.ceil(concurrency / queues.length);
  const workers = queues.map(
    (queue) =>
      new Worker<{ label: string }>(
        queue,
        async ({ data }) => {
          handle(queue, data.label);
          return RESULT;
        },
        { connection, concurrency: each, removeOnComplete: KEEP_RESULTS },
      ),
  );
  await Promise.all(workers.map((worker) => worker.waitUntilReady()));
  return workers;
};

serveCommands({
  async drain({ queues, jobsEach, concurrency }) {
    const watch = watchOrder(queues, jobsEach);
    const workers = await start({ queues, concurrency }, watch.count);
    const drained = await watch.finished;
    await Promise.all(workers.map((worker) => worker.close()));
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
