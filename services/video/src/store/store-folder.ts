import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { Storage } from '@shared/storage';
import { removeFolder } from './remove.ts';

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.mp4': 'video/mp4',
  '.m4s': 'video/iso.segment',
  '.m3u8': 'application/vnd.apple.mpegurl',
  '.jpg': 'image/jpeg',
  '.vtt': 'text/vtt; charset=utf-8',
};

/** Side by side. */
const AT_ONCE = 4;

/** Stores every file of a local folder; if one cannot be, none stays. */
export const storeFolder = async (
  path: string,
  { folder, storage, signal }: { folder: string; storage: Storage; signal: AbortSignal },
): Promise<void> => {
  const files = await readdir(path);
  const next = files.values();
  const storeRest = async () => {
    for (const file of next) {
      const contentType = CONTENT_TYPES[extname(file)] ?? 'application/octet-stream';
      await storage.put(`${folder}/${file}`, createReadStream(join(path, file)), {
        contentType,
        signal,
      });
    }
  };
  const outcomes = await Promise.allSettled(Array.from({ length: AT_ONCE }, storeRest));
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed === undefined) return;
  await removeFolder(storage, folder);
  throw failed.reason;
};
