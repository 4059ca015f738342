import { execFile } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  createSourceCache,
  encodeCommands,
  openWorkPlace,
  probeVideo,
  startWorkers,
  type Tools,
} from '@services/video';
import { processVideo, type VideoQuality } from '@shared/contracts';
import { connectDatabase, migrate } from '@shared/database';
import { ensureFfmpeg, startPostgres } from '@shared/embedded';
import { ToolMissingError } from '@shared/errors';
import { createProducer, type Producer } from '@shared/queue';
import { silentLogger } from '@shared/service';
import { openStorage, type Storage } from '@shared/storage';
import { type Run, summarise } from '../metric.ts';
import { repeat, taking } from '../rounds.ts';
import type { Bench, Suite } from '../suite.ts';

const run = promisify(execFile);

const BUDGET_MS = 180_000;

/** Of 10,000 jobs a clip of twenty seconds; encoding is long enough to tell minutes from less. */
const SECONDS_A_JOB = 0.002;
const LEAST_SECONDS = 2;

const QUALITIES: VideoQuality[] = ['720p', '480p', '360p'];

const CONCURRENCY = Math.min(2, availableParallelism());

/** Probing, storing, recording and waiting may cost a tenth of the encoding. */
const PROMISED = 1.1;

export const video: Suite = {
  name: 'video',
  summary: 'from upload in storage to a stream that is ready, 720p, 480p, 360p and stills',
  rival: 'the same commands in a shell',

  async run(bench) {
    await using stack = new AsyncDisposableStack();
    const studio = await openStudio(bench, stack);
    const seconds: Run[] = [];
    await repeat(bench, BUDGET_MS, async (round) => {
      const took = { ours: 0, rival: 0 };
      const uploaded = await upload(studio, `v${round}`);
      for (const side of taking(round, ['ours', 'rival'] as const)) {
        const began = performance.now();
        await (side === 'ours' ? processed(studio, uploaded) : encoded(studio, `r${round}`));
        took[side] = (performance.now() - began) / 1_000;
      }
      seconds.push(took);
    });
    return { wall_time: summarise(seconds, { unit: 's', better: 'lower', must: PROMISED }) };
  },
};

type Studio = { folder: string; clip: string; tools: Tools; producer: Producer; storage: Storage };

/** The service's own workers, with a database and a storage folder of their own, and a clip. */
const openStudio = async (bench: Bench, stack: AsyncDisposableStack): Promise<Studio> => {
  const { redisUrl } = bench;
  const tools = await findTools();
  const folder = await mkdtemp(join(tmpdir(), 'taskyard-bench-video-'));
  stack.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  const postgres = stack.use(await startPostgres({ directory: join(folder, 'postgres') }));
  await migrate(postgres.url);
  const database = stack.use(connectDatabase(postgres.url));
  const storage = stack.use(await openStorage(`file:${join(folder, 'storage')}`));
  const producer = stack.use(createProducer({ redisUrl }));
  const place = stack.use(await openWorkPlace(join(folder, 'work')));
  const sources = createSourceCache({ storage, place });
  const services = { database, storage, producer, sources, place, tools };
  const bounds = { uploadDirs: [], maxSeconds: 3_600 };
  const options = { redisUrl, concurrency: CONCURRENCY, log: silentLogger() };
  stack.use(await startWorkers({ ...services, ...bounds }, options));
  const clip = join(folder, 'clip.mp4');
  await makeClip(clip, Math.max(LEAST_SECONDS, bench.jobs * SECONDS_A_JOB), tools);
  return { folder, clip, tools, producer, storage };
};

const findTools = async (): Promise<Tools> => {
  const found = await ensureFfmpeg();
  if ('missing' in found)
    throw new ToolMissingError('ffmpeg', { why: found.missing, fix: found.fix });
  const threads = Math.max(1, Math.ceil(availableParallelism() / CONCURRENCY));
  return { ffmpeg: found.path, ffprobe: found.ffprobe, threads, niceness: 0 };
};

/** A test picture with noise in it, which is as hard to encode as a film. */
const makeClip = async (path: string, seconds: number, { ffmpeg }: Tools) => {
  const picture = `testsrc2=size=1280x720:rate=30:duration=${seconds},noise=alls=12:allf=t`;
  const inputs = ['-f', 'lavfi', '-i', picture, '-f', 'lavfi', '-i', `sine=duration=${seconds}`];
  const encode = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-c:a', 'aac'];
  await run(ffmpeg, ['-v', 'error', ...inputs, ...encode, path]);
};

const upload = async ({ clip, storage }: Studio, videoId: string) => {
  const videoPath = `videos/${videoId}/original`;
  await storage.put(videoPath, createReadStream(clip), { contentType: 'video/mp4' });
  return { videoId, videoPath };
};

/** Ours: from the file in storage to the job's result. */
const processed = async (
  { producer }: Studio,
  uploaded: { videoId: string; videoPath: string },
) => {
  const processingOptions = { quality: QUALITIES };
  const payload = { ...uploaded, userId: 'bench', processingOptions };
  const job = await producer.enqueue(processVideo, payload);
  await job.result({ timeoutMs: 600_000 });
};

/** Theirs: as many command lines side by side as our worker runs. */
const encoded = async ({ folder, clip, tools }: Studio, name: string) => {
  const signal = new AbortController().signal;
  const facts = await probeVideo(clip, { tools, signal, maxSeconds: 3_600 });
  const folders = [...QUALITIES, 'stills'].map((part) => join(folder, name, part));
  for (const one of folders) await mkdir(one, { recursive: true });
  const input = { input: clip, qualities: QUALITIES, folders, tools };
  const jobs = encodeCommands(facts, input).values();
  const work = async () => {
    for (const { folder: cwd, lines } of jobs) {
      for (const [program = '', ...args] of lines) await run(program, args, { cwd });
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
};
