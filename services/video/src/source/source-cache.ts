import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Storage } from '@shared/storage';
import type { WorkFolder, WorkPlace } from '../work/work-place.ts';
import type { Source } from './locate-source.ts';

/** A source as a local file, for as long as it is held. */
export type HeldSource = AsyncDisposable & { readonly path: string };

export type SourceCache = {
  hold(source: Source, signal: AbortSignal): Promise<HeldSource>;
};

type Copy = {
  users: number;
  stop: AbortController;
  ready: Promise<{ path: string; folder: WorkFolder }>;
};

/**
 * Copies originals out of storage, once for all jobs of this process that need one at the same time;
 * the copy goes with the last of them. A file is used where it lies.
 */
export const createSourceCache = ({
  storage,
  place,
}: {
  storage: Storage;
  place: WorkPlace;
}): SourceCache => {
  const copies = new Map<string, Copy>();

  const copy = async ({ key, bytes }: { key: string; bytes: number }, signal: AbortSignal) => {
    const folder = await place.open(bytes);
    try {
      const path = join(folder.path, 'source');
      const { body } = await storage.get(key, { signal });
      await pipeline(body, createWriteStream(path), { signal });
      return { path, folder };
    } catch (error) {
      await folder[Symbol.asyncDispose]();
      throw error;
    }
  };

  const begin = (source: { key: string; bytes: number }): Copy => {
    const stop = new AbortController();
    const ready = copy(source, stop.signal);
    ready.catch(() => {}); // Whoever holds it awaits it.
    return { users: 0, stop, ready };
  };

  const release = async (key: string, one: Copy) => {
    one.users -= 1;
    if (one.users > 0) return;
    if (copies.get(key) === one) copies.delete(key);
    one.stop.abort(new Error('nobody needs this copy any more'));
    const copied = await one.ready.catch(() => undefined);
    await copied?.folder[Symbol.asyncDispose]();
  };

  return {
    async hold(source, signal) {
      signal.throwIfAborted();
      if (source.kind === 'file') return { path: source.path, async [Symbol.asyncDispose]() {} };
      const { key } = source;
      const one = copies.get(key) ?? begin(source);
      copies.set(key, one);
      one.users += 1;
      try {
        const { path } = await Promise.race([one.ready, aborted(signal)]);
        return { path, [Symbol.asyncDispose]: () => release(key, one) };
      } catch (error) {
        // A copy that failed must not fail whoever comes next.
        if (copies.get(key) === one && !signal.aborted) copies.delete(key);
        await release(key, one);
        throw error;
      }
    },
  };
};

const aborted = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
