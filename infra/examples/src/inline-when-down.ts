// Does the work at once, in this process, while the queue is down.
import { defineTask } from '@shared/contracts';
import { createProducer, implement } from '@shared/queue';
import { environment, parseEnvironment, withRuntimeDefaults } from '@shared/service';
import { z } from 'zod';
import { say } from './say.ts';

const countWords = defineTask({
  name: 'examples.count-words',
  queue: 'examples-words',
  payload: z.strictObject({ text: z.string() }),
  result: z.strictObject({ words: z.int() }),
});

const { REDIS_URL: redisUrl, QUEUE_PREFIX: prefix } = parseEnvironment(
  z.object({ REDIS_URL: environment.REDIS_URL, QUEUE_PREFIX: environment.QUEUE_PREFIX }),
  withRuntimeDefaults(process.env),
);

// The handlers that this process may run itself; a worker elsewhere has the same.
const handlers = [
  implement(countWords, ({ text }) => ({ words: text.trim().split(/\s+/).length })),
];
await using producer = createProducer({ redisUrl, prefix, handlers });

const job = await producer.enqueue(
  countWords,
  { text: 'one job, wherever it is done' },
  { whenDown: 'inline' },
);
const reachable = await producer.ping().then(
  () => true,
  () => false,
);
if (reachable) say(`enqueued as ${job.id}`);
else say(`the queue is down; counted here: ${(await job.result()).words} words`);
