import { randomUUID } from 'node:crypto';
import { addUploadPart, type Database, type Upload } from '@shared/database';
import type { Storage } from '@shared/storage';
import type { Request } from 'express';
import { ChecksumMismatchError } from '../errors/checksum-mismatch-error.ts';
import { InvalidUploadError } from '../errors/invalid-upload-error.ts';
import { UploadConflictError } from '../errors/upload-conflict-error.ts';
import { readChecksum } from './checksum.ts';
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

/** Bytes that lie in storage, as an object of their own: two requests never write over each other. */
type Part = { key: string; startByte: number; bytes: number };

/**
 * Takes the bytes that a request brings, part by part, and keeps those that came before it broke off. Those
 * that come with a checksum are kept once it is seen to be theirs: all of them, or none.
 *
 * @returns where the upload stands then.
 * @throws {UploadConflictError} somebody else sends bytes for the same place.
 * @throws {UnsupportedVideoError} what has arrived is the beginning of something else.
 * @throws {InvalidUploadError} there are more than the upload has room for: those are not kept.
 * @throws {ChecksumMismatchError}
 */
export const receiveBytes = async (
  request: Request,
  upload: Pick<Upload, 'id' | 'lengthBytes' | 'offsetBytes'>,
  services: ReceiveServices,
): Promise<number> => {
  const checksum = readChecksum(request);
  const stored: Part[] = [];
  let head: Buffer | undefined;
  let offset = upload.offsetBytes;
  let pending: Buffer[] = [];
  let bytes = 0;

  const keepStored = async () => {
    // The first part tells what it is: nobody should have to send the rest of what is no video.
    if (head !== undefined) await videoTypeOf(head);
    head = undefined;
    for (let part = stored.shift(); part !== undefined; part = stored.shift()) {
      await keepPart(part, upload.id, services);
    }
  };
  const store = async () => {
    if (bytes === 0) return;
    const content = Buffer.concat(pending);
    if (offset === 0 && bytes >= HEAD_BYTES) head = content.subarray(0, HEAD_BYTES);
    pending = [];
    bytes = 0;
    stored.push(await storePart(content, { uploadId: upload.id, startByte: offset }, services));
    offset += content.length;
    if (checksum === undefined) await keepStored();
  };

  try {
    // Destroying the request would take the connection that the answer needs.
    const chunks = request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
    for await (const chunk of chunks) {
      if (offset + bytes + chunk.length > upload.lengthBytes) throw tooMany(upload.lengthBytes);
      checksum?.update(chunk);
      pending.push(chunk);
      bytes += chunk.length;
      if (bytes >= PART_BYTES) await store();
    }
    await store();
    if (checksum?.matches() === false) throw new ChecksumMismatchError();
    await keepStored();
    return offset;
  } catch (error) {
    // The connection broke: what has arrived is as good as ever, unless nobody can tell any more.
    const broken = !request.complete && request.destroyed;
    if (broken && checksum === undefined) await store();
    await Promise.all(stored.map(({ key }) => services.storage.delete(key)));
    // What still comes is read and dropped, so that the client gets to read its answer.
    request.resume();
    throw error instanceof Error && 'code' in error && error.code === 'ECONNRESET'
      ? new InvalidUploadError('video', 'the connection ended before it did')
      : error;
  }
};

const storePart = async (
  content: Buffer,
  { uploadId, startByte }: { uploadId: string; startByte: number },
  { storage }: ReceiveServices,
): Promise<Part> => {
  const key = `${partsFolder(uploadId)}/${randomUUID()}`;
  await storage.put(key, content, { contentType: 'application/octet-stream' });
  return { key, startByte, bytes: content.length };
};

/** Makes stored bytes a part of their upload. */
const keepPart = async (
  part: Part,
  uploadId: string,
  { database, storage, uploadLifetimeMs }: ReceiveServices,
): Promise<void> => {
  const expiresAt = new Date(Date.now() + uploadLifetimeMs);
  const added = await addUploadPart(database, { uploadId, ...part }, { expiresAt });
  if (added) return;
  await storage.delete(part.key);
  throw new UploadConflictError(part.startByte + part.bytes, part.startByte);
};

export const partsFolder = (uploadId: string): string => `uploads/${uploadId}`;

const tooMany = (lengthBytes: number) =>
  new InvalidUploadError('video', `it has more than the ${lengthBytes} bytes it announced`);
