import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { testDatabaseUrl, testRedisUrl, uniquePrefix } from '@shared/testing';
import { expect, test } from 'vitest';
import { hashPassword, passwordMatches } from '../src/passwords.ts';

const run = (file: string, env: Record<string, string> = {}) =>
  spawn(process.execPath, [join(import.meta.dirname, '../src', file)], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });

test('production without credentials does not start, and says what to set', async () => {
  const child = run('main.ts', { NODE_ENV: 'production', DATABASE_URL: 'postgres://db/taskyard' });

  const complaint = text(child.stderr);
  const [exitCode] = await once(child, 'close');

  expect(exitCode).toBe(1);
  expect(await complaint).toMatch(
    /^Cannot start: DASHBOARD_USERS must name somebody .*SESSION_SECRET must be set/,
  );
});

const PORT = /"port":(\d+)/;

/** What the process has printed by the time that it listens (and told its password, if it has to). */
const startUp = async (env: Record<string, string>) => {
  const child = run('main.ts', {
    DASHBOARD_PORT: '0',
    DATABASE_URL: await testDatabaseUrl(),
    REDIS_URL: testRedisUrl(),
    QUEUE_PREFIX: uniquePrefix(),
    ...env,
  });
  let output = '';
  const last = env['NODE_ENV'] === 'production' ? 'dashboard listening' : 'Sign in as';
  for await (const line of createInterface({ input: child.stdout })) {
    output += `${line}\n`;
    if (output.includes(last) && PORT.test(output)) break;
  }
  const port = PORT.exec(output)?.[1];
  return {
    output,
    async openAs(name: string, password: string) {
      const authorization = `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
      const url = `http://127.0.0.1:${port}/queues/api/queues`;
      return (await fetch(url, { headers: { authorization } })).status;
    },
    async stop() {
      child.kill('SIGTERM');
      const [exitCode] = await once(child, 'close');
      return exitCode;
    },
  };
};

test('in development it starts without any, and tells the password that it made up', async () => {
  const dashboard = await startUp({});
  const password = /^Sign in as "admin" with "([^"]+)"/m.exec(dashboard.output)?.[1] ?? '';

  const status = await dashboard.openAs('admin', password);

  expect(status).toBe(200);
  expect(await dashboard.stop()).toBe(0);
});

test('production with credentials starts, lets its users in and nobody else', async () => {
  const dashboard = await startUp({
    NODE_ENV: 'production',
    SESSION_SECRET: 'x'.repeat(32),
    DASHBOARD_USERS: `ada:viewer:${await hashPassword('her password')}`,
    DASHBOARD_PASSWORD: 'for development',
  });

  const statuses = [
    await dashboard.openAs('ada', 'her password'),
    await dashboard.openAs('ada', 'for development'),
    await dashboard.openAs('admin', 'for development'),
  ];

  expect(statuses).toEqual([200, 401, 401]);
  expect(await dashboard.stop()).toBe(0);
});

test('the hash of a password is made from what comes in on stdin', async () => {
  const child = run('hash-password-main.ts');
  child.stdin.end('correct horse\n');

  const hash = (await text(child.stdout)).trim();

  expect(await passwordMatches('correct horse', hash)).toBe(true);
});
