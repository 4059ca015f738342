import { randomUUID } from 'node:crypto';
import { access, constants, type FileHandle, mkdir, open, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { addAbortSignal, Readable } from 'node:stream';
import { InvalidOptionError, PlatformError } from '@shared/errors';
import { discardBody, openBody } from '../body.ts';
import { checkContentType } from '../content-type.ts';
import { CorruptObjectError } from '../errors/corrupt-object-error.ts';
import { ObjectNotFoundError } from '../errors/object-not-found-error.ts';
import { StorageUnavailableError } from '../errors/storage-unavailable-error.ts';
import { checkKey, checkPrefix } from '../key.ts';
import { resolveRange } from '../range.ts';
import { checkExpiry, signUrl } from '../signed-url.ts';
import type { Storage } from '../storage.ts';
import { moveIntoPlace, removeEmptyFolders, removeStaleFiles } from './folders.ts';
import { hasCode } from './has-code.ts';
import { objectPath, walkObjects } from './layout.ts';
import { FOOTER_BYTES, readObjectHead, writeObjectFile } from './object-file.ts';

/** Nobody uploads a file without sending a byte for an hour. */
const STALE_MS = 3_600_000;

/**
 * Objects in a local folder, which any number of processes may share. A body is written beside the
 * objects, synced, and moved into place whole.
 */
export const openLocalStorage = async (
  folder: string,
  {
    publicUrl,
    signingSecret,
  }: { publicUrl?: string | undefined; signingSecret?: string | undefined } = {},
): Promise<Storage & AsyncDisposable> => {
  const root = join(resolve(folder), 'objects');
  // On the same file system as the objects, or the rename would be a copy.
  const incoming = join(resolve(folder), 'incoming');

  await translated('opening the folder', async () => {
    await mkdir(root, { recursive: true });
    await mkdir(incoming, { recursive: true });
    await removeStaleFiles(incoming, STALE_MS);
  });

  const openObject = async (key: string): Promise<FileHandle> => {
    checkKey(key);
    try {
      return await open(objectPath(root, key), 'r');
    } catch (error) {
      throw hasCode(error, 'ENOENT')
        ? new ObjectNotFoundError(key, error)
        : new StorageUnavailableError('opening an object', error);
    }
  };

  return {
    async put(key, source, { contentType, signal, maxBytes }) {
      const temporary = join(incoming, randomUUID());
      const body = openBody(key, source, { maxBytes, signal });
      try {
        checkKey(key);
        checkContentType(contentType);
        const etag = await writeNew(temporary, body.chunks, contentType);
        signal?.throwIfAborted();
        await moveIntoPlace(temporary, objectPath(root, key), root);
        return { bytes: body.bytes, etag };
      } catch (error) {
        discardBody(source);
        await rm(temporary, { force: true });
        signal?.throwIfAborted();
        if (body.failure !== undefined) throw body.failure;
        throw error instanceof PlatformError
          ? error
          : new StorageUnavailableError('writing an object', error);
      }
    },

    async get(key, { range, signal } = {}) {
      signal?.throwIfAborted();
      const file = await openObject(key);
      try {
        const head = await readObjectHead(file, key);
        const { start, bytes } = resolveRange(key, range, head.totalBytes);
        const body =
          bytes === 0
            ? Readable.from([])
            : file.createReadStream({ start, end: start + bytes - 1 });
        if (bytes === 0) await file.close();
        return { ...head, bytes, body: signal ? addAbortSignal(signal, body) : body };
      } catch (error) {
        await file.close();
        throw error;
      }
    },

    async head(key) {
      await using file = await openObject(key);
      return await readObjectHead(file, key);
    },

    async delete(key) {
      checkKey(key);
      const path = objectPath(root, key);
      await translated('deleting an object', async () => {
        await rm(path, { force: true });
        await removeEmptyFolders(path, root);
      });
    },

    async *list(prefix) {
      checkPrefix(prefix);
      for await (const { key, path } of walkObjects(root, prefix)) {
        const size = await sizeOf(path);
        if (size === undefined) continue;
        if (size < FOOTER_BYTES) throw new CorruptObjectError(key);
        yield { key, bytes: size - FOOTER_BYTES };
      }
    },

    signedUrl: async (key, { expiresInMs, method = 'GET' }) => {
      checkKey(key);
      checkExpiry(expiresInMs);
      if (publicUrl === undefined || signingSecret === undefined) {
        throw new InvalidOptionError(
          publicUrl === undefined ? 'publicUrl' : 'signingSecret',
          'it is missing, and addresses cannot be signed without it',
          'Give both to openStorage.',
        );
      }
      const expiresAt = new Date(Date.now() + expiresInMs);
      return signUrl({ method, key, expiresAt, publicUrl, signingSecret });
    },

    health: async () => {
      try {
        await access(incoming, constants.W_OK);
        return { ok: true };
      } catch (error) {
        return { ok: false, reason: new StorageUnavailableError('a write', error).message };
      }
    },

    async [Symbol.asyncDispose]() {},
  };
};

const writeNew = async (path: string, chunks: AsyncIterable<Uint8Array>, contentType: string) => {
  await using file = await open(path, 'wx');
  return await writeObjectFile(file, chunks, contentType);
};

/** Undefined for a file that was deleted meanwhile. */
const sizeOf = async (path: string) => {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw new StorageUnavailableError('listing objects', error);
  }
};

const translated = async (operation: string, work: () => Promise<void>) => {
  try {
    await work();
  } catch (error) {
    throw new StorageUnavailableError(operation, error);
  }
};
