import { sendPasswordResetEmail, sendWelcomeEmail } from '@shared/contracts';
import { connectDatabase, type ConnectedDatabase, migrate, openOutbox } from '@shared/database';
import { implement, openFleet, openHeldJobs } from '@shared/queue';
import { Registry, silentLogger } from '@shared/service';
import { eventually, testDatabaseUrl } from '@shared/testing';
import { type Platform, startPlatform } from '@shared/testing/platform';
import { createApp } from '../src/app.ts';
import { createBoardQueues } from '../src/board/board-queues.ts';
import { listen } from '../src/listen.ts';
import { hashPassword } from '../src/passwords.ts';
import type { Role } from '../src/roles.ts';

/** Password of every user in these tests. */
export const PASSWORD = 'correct horse battery staple';

/** What nobody may ever get to see. */
export const SECRET = 'reset-token-0123456789/abc"def';

type Request = { method?: string; headers?: Record<string, string>; body?: string };

export type Dashboard = AsyncDisposable & {
  url: string;
  platform: Platform;
  database: ConnectedDatabase;
  /** Asks as a script does, with HTTP Basic; names are roles. */
  as(role: Role): (path: string, init?: Request) => Promise<Response>;
};

// Cheap: these tests are not about guessing it.
const passwordHash = await hashPassword(PASSWORD, { log2N: 8, r: 8, p: 1 });
const users = (['viewer', 'operator', 'admin'] as const).map((role) => ({
  name: role,
  role,
  passwordHash,
}));

/**
 * A dashboard over HTTP in front of a real platform: welcome mails are sent, password resets fail with
 * an error that gives their token away.
 */
export const openDashboard = async ({
  environment = 'test',
  sessionMs = 60_000,
}: { environment?: string; sessionMs?: number } = {}): Promise<Dashboard> => {
  const opened = new AsyncDisposableStack();
  const databaseUrl = await testDatabaseUrl();
  await migrate(databaseUrl);
  const database = opened.use(connectDatabase(databaseUrl));
  const platform = opened.use(await startPlatform({ handlers }));
  const { producer, redisUrl, prefix } = platform;
  const log = silentLogger();
  const queues = opened.use(createBoardQueues({ producer, prefix, log }));
  const app = createApp({
    database,
    producer,
    fleet: opened.use(openFleet({ redisUrl, prefix, log })),
    held: openHeldJobs({ outbox: openOutbox(database) }),
    queues,
    users,
    sessionSecret: 'a secret that is long enough for tests',
    sessionMs,
    prefix,
    environment,
    trustProxy: 1,
    metrics: new Registry(),
    log,
  });
  const server = opened.use(await listen(app, { port: 0, host: '127.0.0.1' }));
  const url = `http://127.0.0.1:${server.port}`;
  return {
    url,
    platform,
    database,
    as(role) {
      const authorization = `Basic ${Buffer.from(`${role}:${PASSWORD}`).toString('base64')}`;
      return (path, init = {}) =>
        fetch(`${url}${path}`, {
          redirect: 'manual',
          ...init,
          headers: { authorization, ...init.headers },
        });
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
};

const handlers = [
  implement(sendWelcomeEmail, () => ({ messageId: '<1@test>', provider: 'test' })),
  implement(sendPasswordResetEmail, ({ resetToken }) => {
    const address = `https://example.test/reset?token=${encodeURIComponent(resetToken)}`;
    throw Object.assign(new Error(`could not mail ${resetToken} as ${address}`), {
      retryable: false,
    });
  }),
];

/** Enqueues a password reset and waits until it has failed. */
export const failedReset = async ({ platform }: Dashboard, id: string): Promise<void> => {
  const payload = { userEmail: 'ada@example.test', userName: 'Ada', resetToken: SECRET };
  const job = await platform.enqueue(sendPasswordResetEmail, payload, { id });
  await eventually(async () => {
    if ((await job.status()) !== 'failed') throw new Error('not failed yet');
  });
};
