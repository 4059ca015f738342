import { createCelerySide, openInterop } from '@shared/interop';
import { startWorker } from '@shared/queue';
import { silentLogger } from '@shared/service';
import { HANDLERS } from './handlers.ts';

/** A worker of ours as a process, which tests end as they like: `serve.ts <settings as JSON>`. */
type Settings = {
  brokerUrl: string;
  backendUrl: string;
  redisUrl: string;
  prefix: string;
  visibilityTimeout: number;
  acksLate: boolean;
};

const settings = JSON.parse(process.argv[2] ?? '{}') as Settings; // Written by the test.
const log = silentLogger();
const { redisUrl, prefix } = settings;
const stop = new Promise<void>((resolve) => process.once('SIGTERM', resolve));

const nodename = `ours-${process.pid}@test`;
await using side = createCelerySide({ ...settings, queues: ['celery'], nodename, log });
const interop = openInterop({ sides: [side], log });
await using worker = await startWorker({
  handlers: [...HANDLERS, ...interop.handlers],
  queues: ['celery'],
  redisUrl,
  prefix,
  concurrency: 4,
  lockMs: 2_000,
  hooks: interop.hooks,
  log,
});
const tasks = HANDLERS.map(({ task }) => task);
await using _serving = await interop.serve({ worker, tasks });
process.stdout.write('ready\n');
await stop;
