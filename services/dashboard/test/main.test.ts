import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { testDatabaseUrl, testRedisUrl, uniquePrefix } from '@shared/testing';
import { expect, test } from 'vitest';
import { passwordMatches } from '../src/passwords.ts';

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

test('in development it starts without any, and tells the password that it made up', async () => {
  const child = run('main.ts', {
    DASHBOARD_PORT: '0',
    DATABASE_URL: await testDatabaseUrl(),
    REDIS_URL: testRedisUrl(),
    QUEUE_PREFIX: uniquePrefix(),
  });
  let [port, password] = ['', ''];
  for await (const line of createInterface({ input: child.stdout })) {
    port = /"port":(\d+)/.exec(line)?.[1] ?? port;
    password = /^Sign in as "admin" with "([^"]+)"/.exec(line)?.[1] ?? password;
    if (password !== '') break;
  }
  const authorization = `Basic ${Buffer.from(`admin:${password}`).toString('base64')}`;

  const response = await fetch(`http://127.0.0.1:${port}/queues/api/queues`, {
    headers: { authorization },
  });
  child.kill('SIGTERM');
  const [exitCode] = await once(child, 'close');

  expect(response.status).toBe(200);
  expect(exitCode).toBe(0);
});

test('the hash of a password is made from what comes in on stdin', async () => {
  const child = run('hash-password-main.ts');
  child.stdin.end('correct horse\n');

  const hash = (await text(child.stdout)).trim();

  expect(await passwordMatches('correct horse', hash)).toBe(true);
});
