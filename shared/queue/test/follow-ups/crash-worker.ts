import { setTimeout as sleep } from 'node:timers/promises';
import { implement, startWorker } from '@shared/queue';
import { speak } from './tasks.ts';

/**
 * A worker process for tests that kill it, of the queue "talk" alone. With `die` it kills itself when a
 * job's follow-ups stand ready and the job's end is not recorded yet. Says "started <jobId>" and "ready".
 */
const [redisUrl = '', prefix = '', die = ''] = process.argv.slice(2);

const speaking = implement(speak, async ({ words }, { jobId, redis, attempt }) => {
  process.stdout.write(`started ${jobId}\n`);
  if (die === 'die') {
    // The last thing that is written before the end is recorded.
    const push = redis.rpush.bind(redis) as (...args: string[]) => Promise<number>;
    redis.rpush = (async (...args: string[]) => {
      await push(...args);
      process.kill(process.pid, 'SIGKILL');
      return sleep(60_000);
    }) as never;
  } else if (words.startsWith('slow')) {
    await sleep(Number(words.split(' ')[1]));
  }
  return { said: `${words}, first`, attempt };
});

await startWorker({ handlers: [speaking], redisUrl, prefix, concurrency: 5, lockMs: 300 });
process.stdout.write('ready\n');
