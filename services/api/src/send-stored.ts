import { pipeline } from 'node:stream/promises';
import {
  type ByteRange,
  type ObjectHead,
  type Storage,
  UnsatisfiableRangeError,
} from '@shared/storage';
import type { Request, Response } from 'express';
import { hasAlready } from './send-object.ts';

/**
 * Streams an object, or the one part of it that a `Range` header asks for (RFC 9110, 14): 200, 206, or
 * 304 to who has it already. Who asks for several parts gets the whole, which the RFC allows.
 * Refusals: 404 `object_not_found`, 416 `unsatisfiable_range`.
 */
export const sendStored = async (
  request: Request,
  response: Response,
  { storage, key, cacheControl }: { storage: Storage; key: string; cacheControl: string },
): Promise<void> => {
  const head = await storage.head(key);
  const { etag, contentType, totalBytes } = head;
  response.setHeader('content-type', contentType);
  response.setHeader('etag', `"${etag}"`);
  response.setHeader('cache-control', cacheControl);
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('accept-ranges', 'bytes');
  if (hasAlready(request, etag)) {
    response.status(304).end();
    return;
  }
  const range = wantedRange(request, head);
  if (range !== undefined && range.start >= totalBytes) {
    for (const name of ABOUT_THE_OBJECT) response.removeHeader(name);
    response.setHeader('content-range', `bytes */${totalBytes}`);
    throw new UnsatisfiableRangeError(key, range);
  }
  const { start, end } = { start: range?.start ?? 0, end: lastByte(range, totalBytes) };
  if (range !== undefined) {
    response.status(206).setHeader('content-range', `bytes ${start}-${end}/${totalBytes}`);
  }
  response.setHeader('content-length', end - start + 1);
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  const { body } = await storage.get(key, { range });
  await pipeline(body, response);
};

/** What would be said of the refusal otherwise. */
const ABOUT_THE_OBJECT = ['content-type', 'content-disposition', 'etag', 'cache-control'];

const lastByte = (range: ByteRange | undefined, totalBytes: number) =>
  Math.min(range?.end ?? Infinity, totalBytes - 1);

const RANGE = /^bytes=(\d*)-(\d*)$/;

/** @returns undefined for the whole: also where a range is not understood, or is of another version. */
const wantedRange = (request: Request, { etag, totalBytes }: ObjectHead): ByteRange | undefined => {
  const [, first = '', last = ''] = RANGE.exec(request.get('range') ?? '') ?? [];
  const ifRange = request.get('if-range');
  if (ifRange !== undefined && ifRange !== `"${etag}"`) return undefined;
  if (first === '' && last === '') return undefined;
  // The last so many bytes; none of them can be had.
  if (first === '') {
    return { start: last === '0' ? totalBytes : Math.max(totalBytes - Number(last), 0) };
  }
  if (last === '') return { start: Number(first) };
  return Number(last) < Number(first) ? undefined : { start: Number(first), end: Number(last) };
};
