import { connectDatabase } from '@shared/database';
import { createProducer } from '@shared/queue';
import { createLogger } from '@shared/service';
import { openStorage } from '@shared/storage';
import { createSourceCache, openWorkPlace, startWorkers } from '../src/index.ts';

/** This service as a process that a test may kill, with a lock that lapses soon. */
const env = (name: string) => process.env[name] ?? '';
const [redisUrl, prefix] = [env('REDIS_URL'), env('QUEUE_PREFIX')];

const log = createLogger({ service: 'video', level: 'warn' });
const place = await openWorkPlace(env('VIDEO_WORK_DIR'));
const database = connectDatabase(env('DATABASE_URL'));
const storage = await openStorage(env('STORAGE_URL'));
const producer = createProducer({ redisUrl, prefix });
const tools = { ffmpeg: env('FFMPEG_PATH'), ffprobe: env('FFPROBE_PATH'), threads: 1, niceness: 5 };
const sources = createSourceCache({ storage, place });
await startWorkers(
  { database, storage, producer, sources, place, tools, uploadDirs: [], maxSeconds: 3_600 },
  { redisUrl, prefix, concurrency: 1, log, shutdownGraceMs: 1_000, lockMs: Number(env('LOCK_MS')) },
);
process.stdout.write('ready\n');
