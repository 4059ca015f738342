import { createProducer } from '@shared/queue';
import type { ProducerCommands } from './commands.ts';
import { enqueueIn } from './enqueue-in.ts';
import { noOpOn, PREFIX } from './no-op-task.ts';
import { payloadOf } from './payload.ts';
import { serveCommands } from './serve-commands.ts';
import { timeStamp } from './time-stamp.ts';
import { timeEach } from './time-each.ts';

const producer = createProducer({ redisUrl: process.argv[2] ?? '', prefix: PREFIX });

serveCommands({
  async enqueue({ queue, jobs, manner, payloadBytes, groups }) {
    const task = noOpOn(queue);
    const payload = payloadOf(payloadBytes);
    let sent = 0;
    const next = () => (groups === undefined ? {} : { group: `tenant-${(sent += 1) % groups}` });
    return enqueueIn(manner, jobs, {
      one: () => producer.enqueue(task, payload, next()),
      many: (count) =>
        producer.enqueueMany(Array.from({ length: count }, () => ({ task, payload }))),
    });
  },
  async roundTrips({ queue, jobs, payloadBytes, stamped = false, pauseMs }) {
    const task = noOpOn(queue);
    const payload = payloadOf(payloadBytes);
    const next = () => (stamped ? { label: timeStamp() } : payload);
    return timeEach(jobs, async () => (await producer.enqueue(task, next())).result(), pauseMs);
  },
} satisfies ProducerCommands);
