import { definePythonTask } from '@shared/contracts';
import { createCelerySide, openInterop } from '@shared/interop';
import { implement, startWorker } from '@shared/queue';
import { silentLogger } from '@shared/service';
import { Redis } from 'ioredis';

/**
 * A worker that kills itself before it sends its n-th command to any Redis, counted from when the last of
 * its members has returned until it is told to stop: `crash-serve.ts <settings as JSON>`.
 */
type Settings = {
  brokerUrl: string;
  backendUrl: string;
  redisUrl: string;
  prefix: string;
  queues: string[];
  acksLate: boolean;
  /** How many members it runs; 0 for one that serves until it is told to stop. */
  members: number;
  killAt: number;
};

const settings = JSON.parse(process.argv[2] ?? '{}') as Settings; // Written by the test.
const { redisUrl, prefix, queues, members, killAt } = settings;

/** Waiting, watching and saying that one lives change nothing that anybody else sees. */
const HARMLESS = new Set(['blmove', 'bzpopmin', 'info', 'client', 'select', 'ping', 'hello']);
let [ran, sent] = [0, 0];
let isOver = false;
const isArmed = () => !isOver && members > 0 && ran >= members;

const send = Redis.prototype.sendCommand;
Redis.prototype.sendCommand = function sendOrDie(this: Redis, ...args: Parameters<typeof send>) {
  if (isArmed() && !HARMLESS.has(args[0].name)) {
    sent += 1;
    if (sent === killAt) process.kill(process.pid, 'SIGKILL');
  }
  return send.apply(this, args);
};

const member = definePythonTask('proj.member', { queue: queues[0] ?? '' });
const handlers = [
  implement(member, ({ args: [value] }) => {
    ran += 1;
    return value;
  }),
];

const log = silentLogger();
await using side = createCelerySide({ ...settings, nodename: `crash-${process.pid}@test`, log });
const interop = openInterop({ sides: [side], log });
await using worker = await startWorker({
  handlers,
  queues,
  redisUrl,
  prefix,
  concurrency: members === 0 ? 10 : 1,
  lockMs: 3_000,
  hooks: interop.hooks,
  log,
});
const over = new Promise<void>((resolve) => {
  process.once('SIGTERM', () => {
    isOver = true;
    resolve();
  });
});
const tasks = handlers.map(({ task }) => task);
await using _serving = await interop.serve({ worker, tasks });
process.stdout.write('ready\n');
await over;
