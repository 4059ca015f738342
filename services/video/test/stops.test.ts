import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeRendition, makeStills, processVideo } from '@shared/contracts';
import { listRenditions } from '@shared/database';
import { eventually } from '@shared/testing';
import { expect, test } from 'vitest';
import { makeClip } from './clips.ts';
import { slowFfmpeg } from './slow-ffmpeg.ts';
import { openStudio, type Studio } from './studio.ts';
import { tools } from './tools.ts';

const waiting = { timeoutMs: 120_000 };
const TIMEOUT_MS = 180_000;

/** The jobs of a video's parts, by their names. */
const partOf = async ({ producer }: Studio, parentJobId: string, name: string) =>
  (await producer.jobById(`${name}.${parentJobId}`)).record();

const start = async (studio: Studio, seconds: number) => {
  const clip = await makeClip(join(studio.folder, 'clip.mp4'), { size: '864x480', seconds });
  const videoPath = await studio.store('v', clip);
  const request = { videoId: 'v', videoPath, userId: 'ada' };
  return studio.producer.enqueue(processVideo, request, { id: 'process-v' });
};

test(
  'a cancelled video ends every ffmpeg and leaves nothing',
  { timeout: TIMEOUT_MS },
  async () => {
    await using studio = await openStudio();
    const slow = await slowFfmpeg(studio.folder);
    studio.services.tools.ffmpeg = slow.path;
    const job = await start(studio, 60);
    await eventually(async () => expect(await slow.running()).toHaveLength(2), waiting);

    await job.cancel('its owner said so');

    await expect(job.result(waiting)).rejects.toMatchObject({ code: 'cancelled' });
    expect(await slow.running()).toEqual([]);
    expect(await studio.madeKeys('v')).toEqual([]);
    expect(await listRenditions(studio.database, 'v')).toEqual([]);
    await eventually(async () => expect(await studio.workFiles()).toEqual([]));
    for (const name of ['480p', '360p', 'stills']) {
      expect(await partOf(studio, job.id, name)).toMatchObject({ status: 'cancelled' });
    }
  },
);

test('what was made before a cancellation is removed too', { timeout: TIMEOUT_MS }, async () => {
  await using studio = await openStudio({ workers: false });
  const slow = await slowFfmpeg(studio.folder);
  using _process = await startProcess(studio, slow.path);
  const job = await start(studio, 3);
  await eventually(async () => {
    expect(await partOf(studio, job.id, '480p')).toMatchObject({ status: 'complete' });
  }, waiting);

  await job.cancel('its owner said so');

  await expect(job.result(waiting)).rejects.toMatchObject({ code: 'cancelled' });
  expect(await studio.madeKeys('v')).toEqual([]);
  expect(await listRenditions(studio.database, 'v')).toEqual([]);
});

test('a killed ffmpeg is run again, alone', { timeout: TIMEOUT_MS }, async () => {
  await using studio = await openStudio();
  const slow = await slowFfmpeg(studio.folder);
  studio.services.tools.ffmpeg = slow.path;
  const job = await start(studio, 3);
  const [pid = 0] = await eventually(async () => {
    const pids = await slow.running();
    expect(pids).toHaveLength(2);
    return pids;
  }, waiting);

  process.kill(pid, 'SIGKILL');
  const { renditions } = await job.result(waiting);

  expect(renditions).toHaveLength(2);
  const parts = await Promise.all(
    ['480p', '360p', 'stills'].map((name) => partOf(studio, job.id, name)),
  );
  expect(parts.reduce((sum, { attempts }) => sum + attempts, 0)).toBe(4);
  expect((await job.record()).attempts).toBe(1);
});

/** The service as a process of its own. */
const startProcess = async (studio: Studio, ffmpeg: string, { lockMs = 1_000 } = {}) => {
  const program = fileURLToPath(new URL('worker-program.ts', import.meta.url));
  const child = spawn(process.execPath, [program], {
    env: {
      PATH: process.env['PATH'],
      REDIS_URL: studio.redisUrl,
      QUEUE_PREFIX: studio.prefix,
      DATABASE_URL: studio.databaseUrl,
      STORAGE_URL: studio.storageUrl,
      VIDEO_WORK_DIR: studio.workDir,
      LOCK_MS: String(lockMs),
      FFMPEG_PATH: ffmpeg,
      FFPROBE_PATH: tools.ffprobe,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return { child, [Symbol.dispose]: () => void child.kill('SIGKILL') };
};

test(
  'a killed worker takes its ffmpeg along, and only what it ran is run again',
  { timeout: TIMEOUT_MS },
  async () => {
    await using studio = await openStudio({ workers: false });
    const slow = await slowFfmpeg(studio.folder);
    using first = await startProcess(studio, slow.path);
    const job = await start(studio, 3);
    await eventually(async () => {
      expect(await partOf(studio, job.id, '480p')).toMatchObject({ status: 'complete' });
      expect(await partOf(studio, job.id, '360p')).toMatchObject({ status: 'in_progress' });
      expect(await slow.running()).toHaveLength(1);
    }, waiting);
    const made = await studio.madeKeys('v');

    first.child.kill('SIGKILL');
    await once(first.child, 'exit');
    await eventually(async () => expect(await slow.running()).toEqual([]));
    expect((await studio.workFiles()).length).toBeGreaterThan(0);
    using second = await startProcess(studio, tools.ffmpeg);
    const { renditions } = await job.result(waiting);

    expect(second.child.exitCode).toBeNull();
    expect(renditions.map(({ quality }) => quality)).toEqual(['480p', '360p']);
    expect(await partOf(studio, job.id, '480p')).toMatchObject({ attempts: 1 });
    expect(await studio.madeKeys('v')).toEqual(expect.arrayContaining(made));
    expect(await listRenditions(studio.database, 'v')).toHaveLength(2);
    await eventually(async () => expect(await studio.workFiles()).toEqual([]));
    // The dead process's folder went when the second one started.
    expect((await readdir(studio.workDir)).map((name) => name.split('~')[1])).not.toContain(
      String(first.child.pid),
    );
  },
);

test(
  'a cancelled video’s parts end at once, though its own worker is dead',
  { timeout: TIMEOUT_MS },
  async () => {
    await using studio = await openStudio({ workers: false });
    const slow = await slowFfmpeg(studio.folder);
    // Longer than the test: nobody finds out that the worker is dead.
    const lockMs = 2 * TIMEOUT_MS;
    using first = await startProcess(studio, slow.path, { lockMs });
    const job = await start(studio, 60);
    await eventually(async () => expect(await slow.running()).toHaveLength(1), waiting);
    first.child.kill('SIGKILL');
    await once(first.child, 'exit');
    await eventually(async () => expect(await slow.running()).toEqual([]));
    using _second = await startProcess(studio, slow.path, { lockMs });
    await eventually(async () => expect(await slow.running()).toHaveLength(1), waiting);

    await job.cancel('its owner said so');

    for (const name of ['360p', 'stills']) {
      await eventually(async () => {
        expect(await partOf(studio, job.id, name)).toMatchObject({ status: 'cancelled' });
      }, waiting);
    }
    expect(await slow.running()).toEqual([]);
    expect(await job.record()).toMatchObject({
      status: 'in_progress',
      cancelReason: 'its owner said so',
    });
  },
);

test('a part whose parent has ended ends itself', { timeout: TIMEOUT_MS }, async () => {
  await using studio = await openStudio();
  const slow = await slowFfmpeg(studio.folder);
  const { producer } = studio;
  const parent = await start(studio, 3);
  await parent.result(waiting);
  studio.services.tools.ffmpeg = slow.path;
  const payload = {
    videoId: 'v',
    videoPath: 'videos/v/original',
    parentJobId: parent.id,
    facts: {
      width: 864,
      height: 480,
      durationSeconds: 3,
      frameRate: '15/1',
      hdr: false,
      interlaced: false,
      matrix: 'auto' as const,
      videoStream: 0,
      audioStream: null,
    },
  };

  const rendition = await producer.enqueue(makeRendition, { ...payload, quality: '360p' });
  const stills = await producer.enqueue(makeStills, payload);

  await expect(rendition.result(waiting)).rejects.toMatchObject({ code: 'cancelled' });
  await expect(stills.result(waiting)).rejects.toMatchObject({ code: 'cancelled' });
  expect(await slow.running()).toEqual([]);
});
