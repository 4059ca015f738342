// Enqueues from the least to the most urgent, and shows that the most urgent are run first.
import { defineTask } from '@shared/contracts';
import { closeProducer, enqueueMany, implement, startWorker } from '@shared/queue';
import { environment, parseEnvironment, withRuntimeDefaults } from '@shared/service';
import { z } from 'zod';
import { say } from './say.ts';

const note = defineTask({
  name: 'examples.note-priority',
  queue: 'examples-priorities',
  payload: z.strictObject({ priority: z.string() }),
  result: z.null(),
});

const NAMES = ['low', 'default', 'high', 'critical'] as const;

const items = NAMES.flatMap((priority) =>
  [1, 2].map(() => ({ task: note, payload: { priority }, options: { priority } })),
);
const jobs = await enqueueMany(items);

// One at a time, and not before all are there: otherwise the first would be run as they come.
const order: string[] = [];
const { REDIS_URL: redisUrl, QUEUE_PREFIX: prefix } = parseEnvironment(
  z.object({ REDIS_URL: environment.REDIS_URL, QUEUE_PREFIX: environment.QUEUE_PREFIX }),
  withRuntimeDefaults(process.env),
);
const worker = await startWorker({
  handlers: [
    implement(note, ({ priority }) => {
      order.push(priority);
      return null;
    }),
  ],
  redisUrl,
  prefix,
  concurrency: 1,
});
await Promise.all(jobs.map((job) => job.result({ timeoutMs: 60_000 })));
say(order.join(' '));
await worker[Symbol.asyncDispose]();
await closeProducer();
