import { join } from 'node:path';
import { readProcfile } from '@infra/start';
import { ensureFfmpeg, PROJECT_ROOT } from '@shared/embedded';
import { createProducer, type Producer } from '@shared/queue';
import { type FleetProcess, startProcess } from './fleet-process.ts';
import { type RestartableRedis, startRestartableRedis } from './restartable-redis.ts';
import { runToEnd } from './run-to-end.ts';
import { temporaryDirectory } from './temporary-directory.ts';
import { createWiring, type Wiring } from './wiring.ts';

/** Takes the place of a mail server, so it stands in no Procfile. */
const MAILBOX = {
  name: 'mailbox',
  command: ['node_modules/.bin/node', 'infra/mailbox/src/main.ts'],
};

const CLI = ['node_modules/.bin/node', 'shared/cli/bin/taskyard.mjs'];

/** Separately running processes with a Redis and a storage folder of their own. */
export type Fleet = AsyncDisposable &
  Pick<Wiring, 'env' | 'prefix' | 'apiKey' | 'dashboardPassword'> & {
    /** Of the api, of the dashboard, and of the mailbox, whether or not they run. */
    readonly url: string;
    readonly dashboardUrl: string;
    readonly mailboxUrl: string;
    readonly redis: RestartableRedis;
    /** Enqueues and reads jobs on the fleet's queues. */
    readonly producer: Producer;
    /** The process of that name that was started last. */
    process(name: string): FleetProcess;
    /** Starts another process by its line of the Procfile. */
    start(name: string): Promise<FleetProcess>;
    /** Starts `taskyard worker` with these arguments. */
    startWorker(args: readonly string[], env?: Record<string, string>): Promise<FleetProcess>;
  };

/**
 * Starts the named processes, each by its own line of the Procfile, and resolves when all are ready.
 *
 * @param options.services names of the Procfile, and `mailbox`.
 * @param options.databaseUrl an empty database; workers of one's own tasks need none.
 * @param options.env more of the environment of every process.
 * @throws {ProcessNotReadyError}
 */
export const startFleet = async ({
  services = [],
  databaseUrl,
  env = {},
}: {
  services?: readonly string[];
  databaseUrl?: string;
  env?: Readonly<Record<string, string>>;
} = {}): Promise<Fleet> => {
  await using opening = new AsyncDisposableStack();
  const { path: directory } = opening.use(await temporaryDirectory());
  const redis = opening.use(await startRestartableRedis(join(directory, 'redis')));
  const programs = services.includes('video') ? await videoPrograms(directory) : {};
  const own = { ...programs, ...env };
  const wiring = await createWiring({ redisUrl: redis.url, databaseUrl, directory }, own);
  const { prefix, portOf, urlOf } = wiring;
  const producer = opening.use(createProducer({ redisUrl: redis.url, prefix }));
  const lines = [...(await readProcfile(join(PROJECT_ROOT, 'Procfile'))), MAILBOX];
  const lineNamed = (name: string) => {
    const line = lines.find((candidate) => candidate.name === name);
    if (line === undefined) throw new Error(`The Procfile has no line "${name}".`);
    return line;
  };
  if (databaseUrl !== undefined) await runToEnd(lineNamed('release'), wiring.env);

  const started: FleetProcess[] = [];
  opening.defer(async () => {
    await Promise.all(started.map((one) => one.terminate()));
  });
  const start = async (name: string) => {
    const one = await startProcess(lineNamed(name), { env: wiring.env, port: portOf(name) });
    started.push(one);
    return one;
  };
  // All of them settle before anything is stopped, so that none is started afterwards.
  const outcomes = await Promise.allSettled(services.map(start));
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;

  const opened = opening.move();
  return {
    ...wiring,
    url: urlOf('web'),
    dashboardUrl: urlOf('dashboard'),
    mailboxUrl: urlOf('mailbox'),
    redis,
    producer,
    start,
    process(name) {
      const found = started.findLast((one) => one.name === name);
      if (found === undefined) throw new Error(`No process "${name}" was started.`);
      return found;
    },
    async startWorker(args, workerEnv = {}) {
      const line = { name: 'worker', command: [...CLI, 'worker', ...args] };
      const worker = await startProcess(line, { env: { ...wiring.env, ...workerEnv } });
      started.push(worker);
      return worker;
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
};

/** What the video service runs, and a place for its work that goes with the fleet. */
const videoPrograms = async (directory: string): Promise<Record<string, string>> => {
  const found = await ensureFfmpeg();
  return {
    VIDEO_WORK_DIR: join(directory, 'video-work'),
    ...('path' in found ? { FFMPEG_PATH: found.path, FFPROBE_PATH: found.ffprobe } : {}),
  };
};
