import { randomUUID } from 'node:crypto';
import { addUploadPart, type Database, type Upload } from '@shared/database';
import type { Storage } from '@shared/storage';
import type { Request } from 'express';
import { InvalidUploadError } from '../errors/invalid-upload-error.ts';
import { UploadConflictError } from '../errors/upload-conflict-error.ts';
import { HEAD_BYTES } from '../uploads/receive-file.ts';
import { videoTypeOf } from '../uploads/video-type.ts';

/** What a broken connection can cost at most, and what one upload holds in memory. */
const PART_BYTES = 8 * 1_048_576;

export type ReceiveServices = {
  database: Database;
  storage: Storage;
  /** How long an upload waits to go on. */
  uploadLifetimeMs: number;
};

/**
 * Takes the bytes that a request brings, part by part, and keeps those that came before it broke off.
 *
 * @returns where the upload stands then.
 * @throws {UploadConflictError} somebody else sends bytes for the same place.
 * @throws {UnsupportedVideoError} what has arrived is the beginning of something else.
 * @throws {InvalidUploadError} there are more than the upload has room for: those are not kept.
 */
export const receiveBytes = async (
  request: Request,
  upload: Pick<Upload, 'id' | 'lengthBytes' | 'offsetBytes'>,
  services: ReceiveServices,
): Promise<number> => {
  let offset = upload.offsetBytes;
  let pending: Buffer[] = [];
  let bytes = 0;
  const keep = async () => {
    if (bytes === 0) return;
    const part = Buffer.concat(pending);
    // The first part tells what it is: nobody should have to send the rest of what is no video.
    if (offset === 0 && bytes >= HEAD_BYTES) await videoTypeOf(part.subarray(0, HEAD_BYTES));
    pending = [];
    bytes = 0;
    await keepPart(part, { uploadId: upload.id, startByte: offset }, services);
    offset += part.length;
  };

  try {
    // Destroying the request would take the connection that the answer needs.
    const chunks = request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
    for await (const chunk of chunks) {
      if (offset + bytes + chunk.length > upload.lengthBytes) throw tooMany(upload.lengthBytes);
      pending.push(chunk);
      bytes += chunk.length;
      if (bytes >= PART_BYTES) await keep();
    }
  } catch (error) {
    // The connection broke: what has arrived is as good as ever.
    if (!request.complete && request.destroyed) await keep();
    // What still comes is read and dropped, so that the client gets to read its answer.
    request.resume();
    throw error instanceof Error && 'code' in error && error.code === 'ECONNRESET'
      ? new InvalidUploadError('video', 'the connection ended before it did')
      : error;
  }
  await keep();
  return offset;
};

/** Every part is an object of its own, so that two requests never write over each other. */
const keepPart = async (
  part: Buffer,
  { uploadId, startByte }: { uploadId: string; startByte: number },
  { database, storage, uploadLifetimeMs }: ReceiveServices,
): Promise<void> => {
  const key = `${partsFolder(uploadId)}/${randomUUID()}`;
  await storage.put(key, part, { contentType: 'application/octet-stream' });
  const expiresAt = new Date(Date.now() + uploadLifetimeMs);
  const row = { uploadId, startByte, bytes: part.length, key };
  const added = await addUploadPart(database, row, { expiresAt });
  if (added) return;
  await storage.delete(key);
  throw new UploadConflictError(startByte + part.length, startByte);
};

export const partsFolder = (uploadId: string): string => `uploads/${uploadId}`;

const tooMany = (lengthBytes: number) =>
  new InvalidUploadError('video', `it has more than the ${lengthBytes} bytes it announced`);
