import { Queue, QueueEvents } from 'bullmq';
import { connection } from './bullmq-connection.ts';
import type { ProducerCommands } from './commands.ts';
import { enqueueIn } from './enqueue-in.ts';
import { payloadOf } from './payload.ts';
import { serveCommands } from './serve-commands.ts';
import { timeStamp } from './time-stamp.ts';
import { timeEach } from './time-each.ts';

const NAME = 'bench.no-op';

const opened = new Map<string, QueueEvents>();

/** Stays open, as in a real producer; from the first event on, for one that is missed is waited for in vain. */
const eventsOf = async (queue: string): Promise<QueueEvents> => {
  const events = opened.get(queue) ?? new QueueEvents(queue, { connection, lastEventId: '0' });
  opened.set(queue, events);
  await events.waitUntilReady();
  return events;
};

serveCommands({
  async enqueue({ queue: name, jobs, manner, payloadBytes }) {
    const payload = payloadOf(payloadBytes);
    const queue = new Queue(name, { connection });
    await queue.waitUntilReady();
    const took = await enqueueIn(manner, jobs, {
      one: () => queue.add(NAME, payload),
      many: (count) =>
        queue.addBulk(Array.from({ length: count }, () => ({ name: NAME, data: payload }))),
    });
    await queue.close();
    return took;
  },
  async roundTrips({ queue: name, jobs, payloadBytes, stamped = false, pauseMs }) {
    const payload = payloadOf(payloadBytes);
    const queue = new Queue(name, { connection });
    const events = await eventsOf(name);
    const next = () => (stamped ? { label: timeStamp() } : payload);
    const took = await timeEach(
      jobs,
      async () => {
        const job = await queue.add(NAME, next());
        await job.waitUntilFinished(events);
      },
      pauseMs,
    );
    await queue.close();
    return took;
  },
} satisfies ProducerCommands);
