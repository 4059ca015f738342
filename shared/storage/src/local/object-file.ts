import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { CorruptObjectError } from '../errors/corrupt-object-error.ts';
import type { ObjectHead } from '../storage.ts';

/**
 * An object is one file: its body, then a footer of fixed size that holds content type and etag. Two
 * files, a body and a sidecar, could disagree after a crash between their renames; one cannot. The
 * footer is last because the etag is known last, and programs that read media files ignore it.
 *
 *     body | JSON { contentType, etag }, padded with spaces | magic
 */
export const FOOTER_BYTES = 512;

const MAGIC = 'TASKYARD-OBJECT1';

/** Writes a whole object file and waits until it is on the disk. Returns the etag, a SHA-256. */
export const writeObjectFile = async (
  file: FileHandle,
  chunks: AsyncIterable<Uint8Array>,
  contentType: string,
): Promise<string> => {
  const hash = createHash('sha256');
  let etag = '';
  async function* withFooter() {
    for await (const chunk of chunks) {
      hash.update(chunk);
      yield chunk;
    }
    etag = hash.digest('hex');
    yield footer(contentType, etag);
  }
  await file.writeFile(withFooter());
  await file.sync();
  return etag;
};

/** @throws {CorruptObjectError} */
export const readObjectHead = async (file: FileHandle, key: string): Promise<ObjectHead> => {
  const { size } = await file.stat();
  const totalBytes = size - FOOTER_BYTES;
  if (totalBytes < 0) throw new CorruptObjectError(key);
  const { buffer } = await file.read(Buffer.alloc(FOOTER_BYTES), 0, FOOTER_BYTES, totalBytes);
  const text = buffer.toString('utf8');
  if (!text.endsWith(MAGIC)) throw new CorruptObjectError(key);
  // Written by `footer` below, which the magic vouches for.
  const meta = JSON.parse(text.slice(0, -MAGIC.length)) as { contentType: string; etag: string };
  return { totalBytes, ...meta };
};

const footer = (contentType: string, etag: string) =>
  Buffer.from(
    JSON.stringify({ contentType, etag }).padEnd(FOOTER_BYTES - MAGIC.length) + MAGIC,
    'latin1',
  );
