import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { onPath } from '../src/provision/on-path.ts';
import { ensureRedisServer } from '../src/provision/redis-server.ts';
import { run } from '../src/provision/run.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const canUnpack = (await onPath(['apt-get'])) !== undefined;
const NO_APT = 'there is no apt-get on this machine to unpack with';

test('a redis-server on the PATH is taken', async () => {
  await using directory = await temporaryDirectory();
  const program = await fakeRedis(directory.path, 'Redis server v=7.2.4 sha=00000000:0');

  await expect(ensureRedisServer({ path: directory.path })).resolves.toEqual({ path: program });
});

test(
  'a redis-server that is too old is passed over for an unpacked one that runs',
  { timeout: 120_000 },
  async ({ skip }) => {
    skip(!canUnpack, NO_APT);
    await using directory = await temporaryDirectory();
    await fakeRedis(directory.path, 'Redis server v=5.0.3 sha=00000000:0');
    const tools = join(directory.path, 'tools');

    const found = await ensureRedisServer({ path: directory.path, tools });

    expect(found).toEqual({ path: join(tools, 'redis', 'redis-server') });
    const asked = await run(join(tools, 'redis', 'redis-server'), ['--version']);
    expect(asked).toMatchObject({ ok: true, output: expect.stringMatching(/v=(6\.[2-9]|[7-9])/) });
  },
);

test(
  'two that unpack at the same time end with one whole copy',
  { timeout: 120_000 },
  async ({ skip }) => {
    skip(!canUnpack, NO_APT);
    await using directory = await temporaryDirectory();
    const options = { path: '', tools: join(directory.path, 'tools') };

    const found = await Promise.all([ensureRedisServer(options), ensureRedisServer(options)]);

    expect(found[0]).toEqual({ path: join(options.tools, 'redis', 'redis-server') });
    expect(found[1]).toEqual(found[0]);
  },
);

test('a program is found with its whole path, the first name first', async () => {
  await using directory = await temporaryDirectory();
  const program = await fakeRedis(directory.path, '');

  await expect(onPath(['absent', 'redis-server'], directory.path)).resolves.toBe(program);
  await expect(onPath(['absent'], directory.path)).resolves.toBeUndefined();
});

const fakeRedis = async (directory: string, version: string) => {
  const program = join(directory, 'redis-server');
  await mkdir(directory, { recursive: true });
  await writeFile(program, `#!/bin/sh\necho '${version}'\n`);
  await chmod(program, 0o755);
  return program;
};
