import { Readable } from 'node:stream';
import type { Job, VideoQuality } from '@shared/contracts';
import {
  type Database,
  deleteUpload,
  finishUpload,
  listUploadParts,
  type Upload,
  type UploadPart,
} from '@shared/database';
import type { Producer } from '@shared/queue';
import type { Storage } from '@shared/storage';
import { UnsupportedVideoError } from '../errors/unsupported-video-error.ts';
import { acceptVideo, originalKey } from '../uploads/accept-video.ts';
import { peek } from '../uploads/peek.ts';
import { HEAD_BYTES } from '../uploads/receive-file.ts';
import { videoTypeOf } from '../uploads/video-type.ts';
import { partsFolder } from './receive-bytes.ts';

type Services = {
  database: Database;
  storage: Storage;
  producer: Producer;
  traceParent: string;
};

/**
 * Makes a video of an upload whose bytes are all there: one object, a row, a job. Safe to repeat when it
 * failed half-way, and two requests that ask for the same at once share it.
 *
 * @throws {UnsupportedVideoError} it is no video: then nothing of it is kept.
 */
export const createCompleteUpload = () => {
  const underWay = new Map<string, Promise<Job>>();
  return (upload: Upload, services: Services): Promise<Job> => {
    const known = underWay.get(upload.id);
    if (known !== undefined) return known;
    const completing = complete(upload, services).finally(() => underWay.delete(upload.id));
    underWay.set(upload.id, completing);
    return completing;
  };
};

const complete = async (upload: Upload, services: Services): Promise<Job> => {
  const { database, storage } = services;
  const { id, ownerId, lengthBytes: bytes, originalName } = upload;
  const storageKey = originalKey(id);
  try {
    const contentType = await joinParts(storageKey, await listUploadParts(database, id), storage);
    const { job } = await acceptVideo(
      {
        id,
        ownerId,
        storageKey,
        contentType,
        bytes,
        originalName,
        qualities: upload.qualities as VideoQuality[], // Checked when the upload began.
      },
      services,
    );
    await finishUpload(database, id);
    await removeParts(storage, id);
    return job;
  } catch (error) {
    if (error instanceof UnsupportedVideoError) await forgetUpload(id, services);
    throw error;
  }
};

/** Copies all parts, in their order, into one object; gives its type. */
const joinParts = async (
  key: string,
  parts: readonly UploadPart[],
  storage: Storage,
): Promise<string> => {
  const { head, whole } = await peek(Readable.from(contentOf(parts, storage)), HEAD_BYTES);
  try {
    const contentType = await videoTypeOf(head);
    await storage.put(key, whole, { contentType });
    return contentType;
  } finally {
    whole.destroy();
  }
};

async function* contentOf(parts: readonly UploadPart[], storage: Storage): AsyncGenerator<Buffer> {
  for (const { key } of parts) {
    const { body } = await storage.get(key);
    yield* body as AsyncIterable<Buffer>; // Objects are bytes.
  }
}

/** Removes an upload and its bytes; the row last, so that what fails is swept later. */
export const forgetUpload = async (
  id: string,
  { database, storage }: Pick<Services, 'database' | 'storage'>,
): Promise<void> => {
  await removeParts(storage, id);
  await deleteUpload(database, id);
};

const removeParts = async (storage: Storage, id: string): Promise<void> => {
  for await (const { key } of storage.list(`${partsFolder(id)}/`)) await storage.delete(key);
};
