import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ensureFfmpeg } from '../src/provision/ffmpeg.ts';
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

test('an ffmpeg that was named is taken, with the ffprobe beside it', async () => {
  await using directory = await temporaryDirectory();
  for (const name of ['ffmpeg', 'ffprobe']) await fakeProgram(directory.path, name, 'version 7');
  const FFMPEG_PATH = join(directory.path, 'ffmpeg');
  const FFPROBE_PATH = join(directory.path, 'ffprobe');

  const expected = { path: FFMPEG_PATH, ffprobe: FFPROBE_PATH };
  expect(await ensureFfmpeg({ env: { FFMPEG_PATH } })).toEqual(expected);
  expect(await ensureFfmpeg({ env: { FFMPEG_PATH, FFPROBE_PATH } })).toEqual(expected);
  expect(await ensureFfmpeg({ env: { PATH: directory.path } })).toEqual(expected);
});

test(
  'where there is no ffmpeg and nothing may be installed, one is unpacked that encodes',
  { timeout: 300_000 },
  async ({ skip }) => {
    skip(!canUnpack, NO_APT);
    await using directory = await temporaryDirectory();
    const tools = join(directory.path, 'tools');

    const found = await ensureFfmpeg({ env: { PATH: '' }, tools, install: false });

    const folder = join(tools, 'ffmpeg');
    expect(found).toEqual({ path: join(folder, 'ffmpeg'), ffprobe: join(folder, 'ffprobe') });
    const clip = join(directory.path, 'clip.mp4');
    const picture = ['-f', 'lavfi', '-i', 'testsrc2=size=64x64:duration=1'];
    const encoded = await run(join(folder, 'ffmpeg'), [...picture, '-c:v', 'libx264', clip]);
    expect(encoded).toMatchObject({ ok: true });
    const asked = await run(join(folder, 'ffprobe'), ['-v', 'error', '-show_format', clip]);
    expect(asked).toMatchObject({ ok: true, output: expect.stringContaining('mov,mp4') });
  },
);

const fakeRedis = (directory: string, version: string) =>
  fakeProgram(directory, 'redis-server', version);

const fakeProgram = async (directory: string, name: string, version: string) => {
  const program = join(directory, name);
  await mkdir(directory, { recursive: true });
  await writeFile(program, `#!/bin/sh\necho '${version}'\n`);
  await chmod(program, 0o755);
  return program;
};
