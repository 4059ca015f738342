import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { eventually } from '@shared/testing';
import { expect, test } from 'vitest';
import { startGuarded } from '../src/guarded-process.ts';
import { startPostgres } from '../src/postgres.ts';
import { startRedis } from '../src/redis.ts';
import { isAlive } from './is-alive.ts';
import { temporaryDirectory } from './temporary-directory.ts';

test.for(['SIGKILL', 'SIGTERM', 'SIGHUP'] as const)(
  'a parent that is ended by %s leaves no server behind',
  async (signal) => {
    await using directory = await temporaryDirectory();
    const { parent, pids } = await startParent(directory.path);

    parent.kill(signal);

    await eventually(async () =>
      expect(await Promise.all(pids.map(isAlive))).toEqual([false, false]),
    );
  },
);

test('a directory is free again as soon as the servers of a killed parent are gone', async () => {
  await using directory = await temporaryDirectory();
  const { parent } = await startParent(directory.path);
  parent.kill('SIGKILL');

  await using redis = await startRedis({ directory: join(directory.path, 'redis') });
  await using postgres = await startPostgres({ directory: join(directory.path, 'postgres') });

  expect([redis, postgres].every(({ port }) => port > 0)).toBe(true);
});

test('what a process started itself ends with it', async () => {
  const script = 'sleep 300 & echo $!; wait';
  let grandchild = 0;
  const guarded = await startGuarded('/bin/sh', ['-c', script], {
    onLine: (line) => (grandchild = Number(line)),
  });
  await eventually(async () => expect(await isAlive(grandchild)).toBe(true));

  await guarded.stop();

  await eventually(async () => expect(await isAlive(grandchild)).toBe(false));
});

test('a process that ignores the request to end is ended after its grace', async () => {
  const guarded = await startGuarded('/bin/sh', [
    '-c',
    'trap "" TERM; echo ready; while :; do sleep 1; done',
  ]);
  await eventually(() => expect(guarded.lastLines()).toEqual(['ready']));

  await expect(guarded.stop({ graceMs: 50 })).resolves.toEqual({ code: null, signal: 'SIGKILL' });
});

test('a program that does not exist is an error of the start', async () => {
  await expect(startGuarded('/no/such/program', [])).rejects.toMatchObject({ code: 'ENOENT' });
});

const startParent = async (home: string) => {
  const script = join(import.meta.dirname, 'parent.ts');
  const parent = spawn(process.execPath, [script, home], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface({ input: parent.stdout }), 'line')) as [string];
  return { parent, pids: JSON.parse(line) as number[] }; // Our own script printed it.
};
