import type { Storage } from '@shared/storage';
import { fenceOfKey } from './folders.ts';

/** Deletes every object below a folder. */
export const removeFolder = async (storage: Storage, folder: string): Promise<void> => {
  for await (const { key } of storage.list(`${folder}/`)) await storage.delete(key);
};

/** Deletes what attempts before this one left or made of the same kind. */
export const removeOlder = async (storage: Storage, kind: string, fence: number): Promise<void> => {
  for await (const { key } of storage.list(kind)) {
    // A newer attempt may be storing right now: what it made is not ours to judge.
    if (fenceOfKey(key, kind) < fence) await storage.delete(key);
  }
};
