import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { commandOf } from '@shared/embedded';
import { eventually } from '@shared/testing';
import { expect, test } from 'vitest';
import { announced, PROCFILE, startPlatform } from './started-platform.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const BOOT = { timeoutMs: 60_000 };

test('a start brings everything up, says so, and SIGTERM leaves nothing but the data', async () => {
  await using home = await temporaryDirectory();
  await using platform = await startPlatform(home.path);
  await eventually(() => expect(platform.output()).toContain('Ctrl-C stops everything'), BOOT);
  const { pid, env } = await announced(home.path);
  const pids = pidsIn(platform.output());

  expect(pid).toBe(platform.pid);
  expect((await stat(join(home.path, 'platform.json'))).mode & 0o777).toBe(0o600);
  expect(await ask(env, '/redis')).toBe(env['REDIS_URL']);
  expect((await fetch(`${env['MAILBOX_URL']}/api/messages`)).status).toBe(200);
  expect(await readFile(join(home.path, 'logs', 'release.log'), 'utf8')).toContain('postgres://');
  expect(platform.output()).toMatch(/web +answers +http:\/\/localhost:\d+ +ready, pid \d+/);
  expect(pids).toHaveLength(5); // web, worker, mailbox, redis, postgres

  platform.signal('SIGTERM');

  await expect(platform.exited).resolves.toEqual([0, null]);
  expect(await living(pids)).toEqual([]);
  const left = await readdir(home.path);
  expect(left).not.toContain('platform.json');
  expect(left).not.toContain('start.pid');
  expect(left).toEqual(expect.arrayContaining(['postgres', 'redis', 'secrets.json']));
}, 90_000);

test('a second start on the same data is refused while the first runs', async () => {
  await using home = await temporaryDirectory();
  await using first = await startPlatform(home.path);
  await eventually(() => stat(join(home.path, 'start.pid')), BOOT);

  await using second = await startPlatform(home.path);

  await expect(second.exited).resolves.toEqual([1, null]);
  expect(second.output()).toContain(`already runs on ${home.path} (process ${first.pid})`);
  first.signal('SIGTERM');
  await expect(first.exited).resolves.toEqual([0, null]);
}, 90_000);

test('a start right after a stop waits until the first has gone', async () => {
  await using home = await temporaryDirectory();
  await using first = await startPlatform(home.path);
  await eventually(() => announced(home.path), BOOT);

  first.signal('SIGTERM');
  await using second = await startPlatform(home.path);

  await eventually(async () => expect((await announced(home.path)).pid).toBe(second.pid), BOOT);
  await expect(first.exited).resolves.toEqual([0, null]);
}, 90_000);

test('a start that was killed leaves no process behind, and the next one finds the data', async () => {
  await using home = await temporaryDirectory();
  await using killed = await startPlatform(home.path);
  await eventually(() => expect(killed.output()).toContain('Ctrl-C stops everything'), BOOT);
  const pids = pidsIn(killed.output());
  const before = await announced(home.path);

  killed.signal('SIGKILL');
  await eventually(async () => expect(await living(pids)).toEqual([]), { timeoutMs: 15_000 });

  await using next = await startPlatform(home.path);
  await eventually(async () => expect((await announced(home.path)).pid).toBe(next.pid), BOOT);
  const after = await announced(home.path);
  expect(after.env['TASKYARD_API_KEY']).toBe(before.env['TASKYARD_API_KEY']);
  expect(passwordOf(after)).toBe(passwordOf(before)); // The same cluster: it holds the password.
}, 120_000);

test('a process that crashes is started again, and its place is told', async () => {
  await using home = await temporaryDirectory();
  await using platform = await startPlatform(home.path);
  await eventually(() => announced(home.path), BOOT);
  const { env } = await announced(home.path);
  const first = await ask(env, '/pid');

  await ask(env, '/crash').catch(() => undefined);

  await eventually(async () => expect(await ask(env, '/pid')).toMatch(/^\d+$/), BOOT);
  expect(await ask(env, '/pid')).not.toBe(first);
  expect(platform.output()).toContain(
    'web        ended with exit code 3; starting it again in 1 s',
  );
}, 90_000);

test('a process that will not stop is killed after its grace', async () => {
  await using home = await temporaryDirectory();
  const procfile = `${PROCFILE}stubborn: node_modules/.bin/node infra/start/test/fixtures/service.ts stubborn\n`;
  await using platform = await startPlatform(home.path, { procfile });
  await eventually(() => expect(platform.output()).toContain('Ctrl-C stops everything'), BOOT);

  platform.signal('SIGINT');

  await expect(platform.exited).resolves.toEqual([0, null]);
  expect(await living(pidsIn(platform.output()))).toEqual([]);
}, 90_000);

test('what still works is told, and a second Ctrl-C does not wait for it', async () => {
  await using home = await temporaryDirectory();
  const procfile = `${PROCFILE}stubborn: node_modules/.bin/node infra/start/test/fixtures/service.ts stubborn\n`;
  const env = { SHUTDOWN_GRACE_MS: '600000' };
  await using platform = await startPlatform(home.path, { procfile, env });
  await eventually(() => expect(platform.output()).toContain('Ctrl-C stops everything'), BOOT);

  platform.signal('SIGINT');
  await eventually(() => expect(platform.output()).toContain('Still at work: stubborn\n'), BOOT);
  platform.signal('SIGINT');

  await expect(platform.exited).resolves.toEqual([130, null]);
  const pids = pidsIn(platform.output());
  await eventually(async () => expect(await living(pids)).toEqual([]), { timeoutMs: 15_000 });
  expect(await readdir(home.path)).not.toContain('platform.json');
}, 90_000);

test('a release line that fails ends the start with its last words', async () => {
  await using home = await temporaryDirectory();
  const procfile = PROCFILE.replace('release.ts', 'release.ts fail');

  await using platform = await startPlatform(home.path, { procfile });

  await expect(platform.exited).resolves.toEqual([1, null]);
  expect(platform.output()).toContain("the Procfile's release line exited with 2");
  expect(platform.output()).toContain('released on postgres://');
  expect(await readdir(home.path)).not.toContain('start.pid');
}, 90_000);

test('given servers are used instead of our own', async () => {
  await using home = await temporaryDirectory();
  const given = {
    REDIS_URL: 'redis://:secret@redis.example:6379',
    DATABASE_URL: 'postgres://u:secret@db.example/x',
    SMTP_URL: 'smtp://mail.example',
  };

  await using platform = await startPlatform(home.path, { env: given });

  await eventually(() => expect(platform.output()).toContain('Ctrl-C stops everything'), BOOT);
  expect((await announced(home.path)).env).toMatchObject(given);
  expect(pidsIn(platform.output())).toHaveLength(2); // web and worker
  expect(platform.output()).toContain('redis://redis.example:6379');
  expect(platform.output()).not.toContain('secret');
}, 90_000);

test('a wrong value is one clear line', async () => {
  await using home = await temporaryDirectory();
  await writeFile(join(home.path, 'Procfile'), PROCFILE);

  await using platform = await startPlatform(home.path, { env: { PORT: 'http' } });

  await expect(platform.exited).resolves.toEqual([1, null]);
  expect(platform.output().trim().split('\n')).toEqual([
    expect.stringContaining('Cannot start: PORT must be a port number'),
  ]);
});

const pidsIn = (output: string) => [...output.matchAll(/pid (\d+)/g)].map(([, pid]) => Number(pid));

const living = async (pids: readonly number[]) => {
  const commands = await Promise.all(pids.map(commandOf));
  return commands.filter((command) => command !== undefined);
};

const ask = async (env: Record<string, string>, path: string) =>
  (await fetch(`${env['TASKYARD_URL']}${path}`)).text();

const passwordOf = ({ env }: { env: Record<string, string> }) =>
  new URL(env['DATABASE_URL'] ?? '').password;
