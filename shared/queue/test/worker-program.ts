import { setTimeout as sleep } from 'node:timers/promises';
import { implement, startWorker } from '@shared/queue';
import { createLogger, runService, shutdownSignal } from '@shared/service';
import { add, work } from './tasks.ts';
import type { ProcessOptions } from './worker-process.ts';

/**
 * A worker process for tests. It runs `work` jobs whose label is a time in ms, deaf to their signals,
 * and writes down each that ran to its end in the list "{prefix}:done". Says "started <jobId>", and
 * "ready".
 */
const [options = ''] = process.argv.slice(2);
// What spawnWorker passed.
const { lifetimeMs, ...workerOptions } = JSON.parse(options) as ProcessOptions;
const say = (line: string) => process.stdout.write(`${line}\n`);

const wait = implement(work, async ({ label }, { jobId, redis }) => {
  say(`started ${jobId}`);
  await sleep(Number(label));
  await redis.rpush(`{${workerOptions.prefix}}:done`, jobId);
  return workerOptions.name ?? '';
});

const addUp = implement(add, ({ a, b }) => a + b);

await runService(async () => {
  const stop = shutdownSignal();
  await using worker = await startWorker({
    handlers: [wait, addUp],
    ...workerOptions,
    ...(lifetimeMs === undefined ? {} : { deadlineAt: new Date(Date.now() + lifetimeMs) }),
    log: createLogger({ service: 'test' }),
  });
  say(`ready ${worker.id}`);
  await stop;
  say('stopping');
});
