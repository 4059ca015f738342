import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConnectedDatabase, connectDatabase, migrate, openOutbox } from '@shared/database';
import {
  createProducer,
  openDeadLetters,
  openHeldJobs,
  openSpooledJobs,
  type OutboxRelay,
  type Producer,
  startOutboxRelay,
} from '@shared/queue';
import { silentLogger } from '@shared/service';
import { openStorage, type Storage } from '@shared/storage';
import { testDatabaseUrl, testRedisUrl, uniquePrefix } from '@shared/testing';
import { createApp } from '../src/app.ts';
import type { AppOptions } from '../src/parts.ts';
import { type Background, createBackground } from '../src/background.ts';
import { listen } from '../src/listen.ts';
import { openLocalSimilarity } from '../src/similarity/local-similarity.ts';
import { openLiveNotifications } from '../src/live-notifications.ts';
import { type Call, createCall } from './call.ts';

/** Where signed addresses point; tests ask the real port instead. */
export const PUBLIC_URL = 'http://api.test';

export const OPERATOR_KEY = 'operator-key-of-the-tests';

export type Api = AsyncDisposable & {
  url: string;
  call: Call;
  database: ConnectedDatabase;
  databaseUrl: string;
  producer: Producer;
  storage: Storage;
  /** Where the storage lies on disk. */
  folder: string;
  /** Moves what is enqueued with a transaction. */
  relay: OutboxRelay;
  background: Background;
  redisUrl: string;
  prefix: string;
  /** Ends the event streams, as a shutdown does first. */
  stop(): void;
};

const PLENTY = { count: 10_000, perSeconds: 60 };

/** The whole api on a port of its own, with a database, a storage folder and a key prefix of its own. */
export const startApi = async (
  options: Partial<AppOptions> & {
    redisUrl?: string;
    graceMs?: number;
    /** Whether jobs can wait on the disk while Redis is away. */
    spools?: boolean;
  } = {},
): Promise<Api> => {
  const { redisUrl = testRedisUrl(), graceMs = 2_000, spools = false, ...overrides } = options;
  const opened = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'api-test-'));
  opened.defer(() => rm(folder, { recursive: true, force: true }));
  const databaseUrl = await testDatabaseUrl();
  await migrate(databaseUrl);
  const prefix = uniquePrefix();
  const signingSecret = 'signs-addresses-in-tests';
  const database = opened.use(connectDatabase(databaseUrl));
  const spoolDirectory = join(folder, 'spool');
  const producer = opened.use(
    createProducer({ redisUrl, prefix, ...(spools && { spoolDirectory }) }),
  );
  const outbox = openOutbox(database);
  const relay = opened.use(startOutboxRelay({ outbox, producer }));
  const held = openHeldJobs({
    outbox,
    spool: spools ? openSpooledJobs(spoolDirectory) : undefined,
  });
  const deadLetters = opened.use(openDeadLetters({ redisUrl, prefix }));
  const storage = opened.use(
    await openStorage(`file:${folder}`, { publicUrl: PUBLIC_URL, signingSecret }),
  );
  const similarity = opened.use(openLocalSimilarity({ databaseUrl, log: silentLogger() }));
  const background = opened.use(createBackground());
  const live = opened.use(openLiveNotifications({ redisUrl, prefix, log: silentLogger() }));
  const stopping = new AbortController();
  const app = createApp({
    database,
    producer,
    relay,
    deadLetters,
    held,
    storage,
    similarity,
    background,
    live,
    log: silentLogger(),
    stopping: stopping.signal,
    prefix,
    sessionSecret: 'signs-sessions-in-tests-0123456789',
    signingSecret,
    apiKey: OPERATOR_KEY,
    publicUrl: PUBLIC_URL,
    production: false,
    limits: {
      register: PLENTY,
      login: PLENTY,
      passwordResets: PLENTY,
      upload: PLENTY,
      contracts: PLENTY,
      drawings: PLENTY,
    },
    maxUploadBytes: 1_048_576,
    pushHosts: ['push.example'],
    vapidPublicKey: undefined,
    maxVideoBytes: 20 * 1_048_576,
    uploadLifetimeMs: 3_600_000,
    trustProxy: 0,
    passwordCost: { cost: 1_024, blockSize: 8, parallelization: 1 },
    ...overrides,
  });
  // As main does: limits count in this process alone until Redis is connected.
  await producer.ping().catch(() => {});
  const server = opened.use(await listen(app, { port: 0, host: '127.0.0.1', graceMs }));
  const url = `http://127.0.0.1:${server.port}`;
  return {
    url,
    call: createCall(url),
    database,
    databaseUrl,
    producer,
    storage,
    folder,
    relay,
    background,
    redisUrl,
    prefix,
    stop: () => stopping.abort(),
    [Symbol.asyncDispose]: () => {
      stopping.abort();
      return opened.disposeAsync();
    },
  };
};
