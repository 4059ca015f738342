import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStorage, type Storage } from '@shared/storage';
import { s3Credentials, startS3 } from './start-s3.ts';

export type OpenDriver = AsyncDisposable & {
  storage: Storage;
  /** Temporary files or unfinished uploads that lie about. */
  leftovers: () => Promise<string[]>;
};

export const signing = { publicUrl: 'http://127.0.0.1:3000', signingSecret: 'a secret for tests' };

export type OpenLocal = OpenDriver & { folder: string; storageUrl: string };

/** An empty local folder. */
export const openLocal = async (): Promise<OpenLocal> => {
  const folder = await mkdtemp(join(tmpdir(), 'taskyard-storage-'));
  const storageUrl = `file:${folder}`;
  const opened = new AsyncDisposableStack();
  opened.defer(() => rm(folder, { recursive: true, force: true }));
  const storage = opened.use(await openStorage(storageUrl, signing));
  return {
    storage,
    folder,
    storageUrl,
    leftovers: () => readdir(join(folder, 'incoming')),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
};

/** An empty bucket on an S3 server of its own. */
export const openS3 = async () => {
  const opened = new AsyncDisposableStack();
  const s3 = opened.use(await startS3());
  const storage = opened.use(await openStorage(s3.storageUrl, s3Credentials));
  return {
    storage,
    s3,
    leftovers: () => s3.pendingUploads(),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
};

export const drivers: { driver: string; open: () => Promise<OpenDriver> }[] = [
  { driver: 'a local folder', open: openLocal },
  { driver: 'S3', open: openS3 },
];
