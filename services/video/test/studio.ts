import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { connectDatabase, type ConnectedDatabase, migrate } from '@shared/database';
import { createProducer, type Producer } from '@shared/queue';
import { silentLogger } from '@shared/service';
import { openStorage, type Storage } from '@shared/storage';
import { testDatabaseUrl, testRedisUrl, uniquePrefix } from '@shared/testing';
import type { VideoServices } from '../src/services.ts';
import { createSourceCache } from '../src/source/source-cache.ts';
import { startWorkers } from '../src/start-workers.ts';
import { openWorkPlace } from '../src/work/work-place.ts';
import { tools } from './tools.ts';

export type Studio = AsyncDisposable & {
  database: ConnectedDatabase;
  databaseUrl: string;
  storage: Storage;
  storageUrl: string;
  producer: Producer;
  redisUrl: string;
  prefix: string;
  /** Where the test may put files; gone at the end. */
  folder: string;
  /** Whose files a payload may name by path. */
  uploadDir: string;
  workDir: string;
  services: VideoServices;
  /** Stores an original, as an upload does, and gives its key. */
  store(videoId: string, path: string): Promise<string>;
  /** The keys of all that was made of a video. */
  madeKeys(videoId: string): Promise<string[]>;
  /** Copies all that was made of a video into a folder, as it would be served. */
  fetchMade(videoId: string): Promise<string>;
  /** Every file in the working folder. */
  workFiles(): Promise<string[]>;
};

/** This service's workers on real Redis, PostgreSQL, storage and ffmpeg. */
export const openStudio = async ({
  workers = true,
  through = (storage) => storage,
  change = {},
}: {
  /** Without, some other process works. */
  workers?: boolean;
  through?: (storage: Storage) => Storage;
  change?: Partial<VideoServices>;
} = {}): Promise<Studio> => {
  const opened = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'taskyard-video-test-'));
  opened.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  const uploadDir = join(folder, 'uploads');
  const workDir = join(folder, 'work');
  await mkdir(uploadDir);
  await mkdir(workDir);
  const databaseUrl = await testDatabaseUrl();
  await migrate(databaseUrl);
  const database = opened.use(connectDatabase(databaseUrl));
  const storageUrl = `file:${join(folder, 'storage')}`;
  const storage = opened.use(await openStorage(storageUrl));
  const [redisUrl, prefix] = [testRedisUrl(), uniquePrefix()];
  const producer = opened.use(createProducer({ redisUrl, prefix }));
  const place = opened.use(await openWorkPlace(workDir));
  const seen = through(storage);
  const services: VideoServices = {
    database,
    storage: seen,
    producer,
    sources: createSourceCache({ storage: seen, place }),
    place,
    tools: { ...tools },
    uploadDirs: [uploadDir],
    maxSeconds: 3_600,
    ...change,
  };
  if (workers) {
    const log = silentLogger();
    const options = { redisUrl, prefix, concurrency: 2, log, shutdownGraceMs: 2_000 };
    opened.use(await startWorkers(services, options));
  }
  const keysBelow = async (prefix: string) => {
    const keys: string[] = [];
    for await (const { key } of storage.list(prefix)) keys.push(key);
    return keys;
  };
  const madeKeys = async (videoId: string) =>
    (await keysBelow(`videos/${videoId}/`)).filter((key) => !key.endsWith('/original'));

  return {
    database,
    databaseUrl,
    storage,
    storageUrl,
    producer,
    redisUrl,
    prefix,
    folder,
    uploadDir,
    workDir,
    services,
    store: async (videoId, path) => {
      const key = `videos/${videoId}/original`;
      await storage.put(key, createReadStream(path), { contentType: 'video/mp4' });
      return key;
    },
    madeKeys,
    fetchMade: async (videoId) => {
      const root = join(folder, 'served');
      for (const key of await madeKeys(videoId)) {
        const path = join(root, key);
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, await buffer((await storage.get(key)).body));
      }
      return root;
    },
    workFiles: async () => {
      const names = await readdir(workDir, { recursive: true });
      const found = await Promise.all(
        names.map(async (name) => ((await stat(join(workDir, name))).isFile() ? [name] : [])),
      );
      return found.flat();
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
};
