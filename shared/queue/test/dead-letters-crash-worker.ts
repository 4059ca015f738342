import { setTimeout as sleep } from 'node:timers/promises';
import { implement, startWorker } from '@shared/queue';
import { other, work } from './tasks.ts';

/**
 * A worker process for tests of killers. A job "kill …" kills it while the key "{prefix}:broken" is
 * there; one "sleep <ms> …" takes its time. Says "ready", and for each job what ran beside it.
 */
const [redisUrl = '', prefix = '', concurrency = '1'] = process.argv.slice(2);
const say = (line: string) => process.stdout.write(`${line}\n`);
let now = 0;

const handle = async (label: string, isBroken: () => Promise<number>) => {
  say(`${label} beside ${now}`);
  now += 1;
  const [verb, ms] = label.split(' ');
  if (verb === 'kill' && (await isBroken()) === 1) process.kill(process.pid, 'SIGKILL');
  if (verb === 'sleep') await sleep(Number(ms));
  now -= 1;
  return label;
};

const broken = `{${prefix}}:broken`;

await startWorker({
  handlers: [
    implement(work, ({ label }, { redis }) => handle(label, () => redis.exists(broken))),
    implement(other, ({ label }, { redis }) => handle(label, () => redis.exists(broken))),
  ],
  queues: ['sums', 'others'],
  redisUrl,
  prefix,
  concurrency: Number(concurrency),
  lockMs: 400,
  crashBudget: { crashes: 3 },
});
say('ready');
