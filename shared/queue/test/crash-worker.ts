import { implement, startWorker } from '@shared/queue';
import { work } from './tasks.ts';

/**
 * A worker in a process of its own, for tests that kill it. Says `started <jobId>` for each job, and
 * never finishes one whose label is "hang".
 */
const [redisUrl = '', prefix = '', concurrency = '1'] = process.argv.slice(2);

const handler = implement(work, async ({ label }, { jobId, attempt, fence }) => {
  process.stdout.write(`started ${jobId}\n`);
  if (label === 'hang' && fence % 1_000 === 1) await new Promise(() => {});
  return `${label} attempt ${attempt} fence ${fence % 1_000}`;
});

await startWorker({
  handlers: [handler],
  redisUrl,
  prefix,
  concurrency: Number(concurrency),
  lockMs: 500,
});
process.stdout.write('ready\n');
