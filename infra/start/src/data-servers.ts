import { join } from 'node:path';
import {
  type EmbeddedServer,
  freePort,
  isPortFree,
  startPostgres,
  startRedis,
} from '@shared/embedded';
import type { Config } from './config.ts';
import type { LogFiles } from './log-files.ts';
import { type Supervised, supervise } from './supervise.ts';
import type { Terminal } from './terminal.ts';

const USUAL_REDIS_PORT = 6379;

/** A server that the services keep their data in: our own, or one that was given by its address. */
export type DataServer = { name: string; url: string; own?: Supervised };

export type DataServers = AsyncDisposable & { redis: DataServer; postgres: DataServer };

type Options = { dataDirectory: string; logs: LogFiles; terminal: Terminal };

/** Starts a Redis and a PostgreSQL of our own for whichever was not given. */
export const openDataServers = async (
  { redisUrl, databaseUrl, dataDirectory }: Config,
  { logs, terminal }: { logs: LogFiles; terminal: Terminal },
): Promise<DataServers> => {
  await using opened = new AsyncDisposableStack();
  const options = { dataDirectory, logs, terminal };
  const redis = redisUrl === undefined ? await runRedis(options) : given('redis', redisUrl);
  if (redis.own !== undefined) opened.use(redis.own);
  const postgres =
    databaseUrl === undefined ? await runPostgres(options) : given('postgres', databaseUrl);
  if (postgres.own !== undefined) opened.use(postgres.own);
  const kept = opened.move(); // Both are up: from here on the caller closes them.
  return { redis, postgres, [Symbol.asyncDispose]: () => kept.disposeAsync() };
};

const given = (name: string, url: string): DataServer => ({ name, url });

/** Appends everything to disk; listens on the usual port if that is free. */
const runRedis = async (options: Options) => {
  const runOn = (port: number) =>
    runServer('redis', options, (directory, onLine) =>
      startRedis({ directory, port, appendOnly: true, onLine }),
    );
  if (!(await isPortFree(USUAL_REDIS_PORT))) return runOn(await freePort());
  try {
    return await runOn(USUAL_REDIS_PORT);
  } catch (error) {
    if (await isPortFree(USUAL_REDIS_PORT)) throw error;
    return runOn(await freePort()); // Somebody was quicker.
  }
};

const runPostgres = async (options: Options) => {
  const port = await freePort();
  return runServer('postgres', options, (directory, onLine) =>
    startPostgres({ directory, port, onLine }),
  );
};

/** Brought up again on the same port when it crashes, so that everybody finds it where it was. */
const runServer = async (
  name: string,
  { dataDirectory, logs, terminal }: Options,
  start: (directory: string, onLine: (line: string) => void) => Promise<EmbeddedServer>,
): Promise<DataServer> => {
  const log = logs.open(name);
  let url = '';
  const own = await supervise({
    name,
    onCrash: terminal.crashed,
    start: async () => {
      const server = await start(join(dataDirectory, name), log);
      url = server.url;
      return server;
    },
  });
  return { name, url, own };
};
