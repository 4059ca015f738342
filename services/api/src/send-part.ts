import type { ByteRange, Storage } from '@shared/storage';
import type { Request, Response } from 'express';
import { sendObject } from './send-object.ts';

/**
 * Streams an object, or the one range of it that was asked for, as RFC 9110 has it: more than one
 * range, or a header that cannot be read, gets the whole.
 *
 * @throws {ObjectNotFoundError | UnsatisfiableRangeError}
 */
export const sendPart = async (
  request: Request,
  response: Response,
  { storage, key, cacheControl }: { storage: Storage; key: string; cacheControl: string },
): Promise<void> => {
  response.setHeader('accept-ranges', 'bytes');
  const header = request.get('range');
  if (header === undefined) {
    await sendObject(request, response, await storage.get(key), { cacheControl });
    return;
  }
  const { totalBytes, etag } = await storage.head(key);
  const condition = request.get('if-range');
  const stillTheSame = condition === undefined || condition === `"${etag}"`;
  const range = stillTheSame ? rangeOf(header, totalBytes) : undefined;
  if (range !== undefined) response.setHeader('content-range', `bytes */${totalBytes}`);
  const object = await storage.get(key, { range });
  if (range !== undefined) {
    const last = range.start + object.bytes - 1;
    response.status(206).setHeader('content-range', `bytes ${range.start}-${last}/${totalBytes}`);
  }
  await sendObject(request, response, object, { cacheControl });
};

/** `bytes=0-499`, `bytes=500-`, `bytes=-500`. */
const rangeOf = (header: string, totalBytes: number): ByteRange | undefined => {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header.trim()) ?? [];
  if (first !== '') return { start: Number(first), ...(last === '' ? {} : { end: Number(last) }) };
  return last === '' ? undefined : { start: Math.max(0, totalBytes - Number(last)) };
};
