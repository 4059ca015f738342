import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { processVideo } from '@shared/contracts';
import { testRedisUrl } from '@shared/testing';
import { expect, test } from 'vitest';
import { makeClip } from './clips.ts';
import { openStudio } from './studio.ts';
import { tools } from './tools.ts';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

/** The service as a process of its own, with nothing in its environment but `env`. */
const start = (env: Record<string, string>) => {
  const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  return { child, [Symbol.dispose]: () => void child.kill('SIGKILL') };
};

/** The first line of the log with this message. */
const logged = async ({ stdout }: ChildProcess, message: string) => {
  for await (const line of createInterface({ input: stdout! })) {
    const entry = JSON.parse(line) as Record<string, unknown>;
    if (entry['msg'] === message) return entry;
  }
  throw new Error(`The process never logged "${message}".`);
};

test('the process serves its queues, tells how, and ends on SIGTERM with 0', async () => {
  await using studio = await openStudio({ workers: false });
  const videoPath = await studio.store('v', await makeClip(join(studio.folder, 'clip.mp4')));
  using service = start({
    PATH: process.env['PATH'] ?? '',
    REDIS_URL: studio.redisUrl,
    QUEUE_PREFIX: studio.prefix,
    DATABASE_URL: studio.databaseUrl,
    STORAGE_URL: studio.storageUrl,
    VIDEO_WORK_DIR: studio.workDir,
    FFMPEG_PATH: tools.ffmpeg,
    FFPROBE_PATH: tools.ffprobe,
  });
  const ready = await logged(service.child, 'worker ready');

  const job = await studio.producer.enqueue(processVideo, {
    videoId: 'v',
    videoPath,
    userId: 'ada',
  });
  const { renditions } = await job.result({ timeoutMs: 30_000 });
  const health = await fetch(`http://127.0.0.1:${String(ready['healthPort'])}/health/ready`);
  service.child.kill('SIGTERM');
  const [exitCode] = await once(service.child, 'exit');

  expect(ready).toMatchObject({
    queues: ['video_processing', 'video_renditions'],
    concurrency: Math.min(2, availableParallelism()),
    niceness: 10,
    threads: expect.any(Number),
  });
  expect(renditions).toMatchObject([{ quality: '360p', width: 320, height: 180 }]);
  expect(health.status).toBe(200);
  expect(exitCode).toBe(0);
});

test.for([
  {
    reason: 'no ffmpeg',
    env: { PATH: '/nowhere' },
    says: 'ffmpeg is missing: it is not on the PATH. Install ffmpeg',
  },
  {
    reason: 'an ffmpeg that is none',
    env: { FFMPEG_PATH: '/nowhere' },
    says: '/nowhere cannot be run',
  },
  {
    reason: 'a relative upload folder',
    env: { VIDEO_UPLOAD_DIRS: 'uploads' },
    says: 'VIDEO_UPLOAD_DIRS must be absolute',
  },
  { reason: 'too much niceness', env: { VIDEO_NICENESS: '20' }, says: 'VIDEO_NICENESS' },
])('with $reason the process says so and ends with 1', async ({ env, says }) => {
  using service = start({
    PATH: process.env['PATH'] ?? '',
    REDIS_URL: testRedisUrl(),
    DATABASE_URL: 'postgres://127.0.0.1/none',
    ...env,
  });

  const [output, [exitCode]] = await Promise.all([
    text(service.child.stderr),
    once(service.child, 'exit'),
  ]);

  expect(output).toContain(says);
  expect(output.trimEnd().split('\n')).toHaveLength(1);
  expect(exitCode).toBe(1);
});
