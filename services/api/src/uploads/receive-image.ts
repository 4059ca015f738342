import type { Readable } from 'node:stream';
import { PlatformError } from '@shared/errors';
import { ObjectTooLargeError, type Storage } from '@shared/storage';
import busboy, { type Busboy } from 'busboy';
import type { Request } from 'express';
import { InvalidUploadError } from '../errors/invalid-upload-error.ts';
import { UnsupportedMediaTypeError } from '../errors/unsupported-media-type-error.ts';
import { UploadTooLargeError } from '../errors/upload-too-large-error.ts';
import { HEAD_BYTES, imageTypeOf } from './image-type.ts';
import { peek } from './peek.ts';

export type ReceivedImage = {
  contentType: string;
  bytes: number;
  /** What the client called the file, shortened; undefined if it gave no name. */
  originalName: string | undefined;
};

const FIELD = 'image';

/** For the boundaries and headers around the file. */
const MULTIPART_OVERHEAD_BYTES = 16_384;

const MAX_NAME_LENGTH = 255;

/**
 * Streams the one file of a multipart body into storage under `key`, never holding more than a few
 * chunks of it. If anything goes wrong on the way, the client's leaving included, nothing stays.
 *
 * @throws {UnsupportedMediaTypeError | InvalidUploadError} not exactly one file in `image`.
 * @throws {UploadTooLargeError | UnsupportedImageError}
 */
export const receiveImage = async (
  request: Request,
  { storage, key, maxBytes }: { storage: Storage; key: string; maxBytes: number },
): Promise<ReceivedImage> => {
  if (Number(request.get('content-length') ?? 0) > maxBytes + MULTIPART_OVERHEAD_BYTES) {
    throw new UploadTooLargeError(maxBytes);
  }
  const parser = openParser(request);
  const stop = new AbortController();
  let storing: Promise<ReceivedImage> | undefined;
  const whole = new Promise<void>((resolve, reject) => {
    stop.signal.addEventListener('abort', () => reject(stop.signal.reason));
    parser.once('close', resolve);
    parser.on('error', () => stop.abort(new InvalidUploadError('its multipart body is broken')));
    parser.on('field', (name) => stop.abort(unexpected(name)));
    parser.on('file', (name, file, { filename }) => {
      // Without a listener an error of a file that nobody reads would end the process.
      file.on('error', () => {});
      if (name !== FIELD || storing !== undefined) {
        file.resume();
        stop.abort(
          name === FIELD ? new InvalidUploadError('it has two files', FIELD) : unexpected(name),
        );
        return;
      }
      storing = storeImage(file, { storage, key, maxBytes, signal: stop.signal, filename });
      storing.catch((error: unknown) => stop.abort(error));
    });
    request.on('error', () => {});
    request.once('close', () => {
      if (!request.complete)
        stop.abort(new InvalidUploadError('the connection ended before it did'));
    });
    request.pipe(parser);
  });

  try {
    await whole;
    if (storing === undefined) throw new InvalidUploadError('it has no file', FIELD);
    return await storing;
  } catch (error) {
    request.unpipe(parser);
    // What still comes is read and dropped, so that the client gets to read its answer.
    request.resume();
    parser.destroy();
    stop.abort(error);
    await storing?.catch(() => {});
    await storage.delete(key);
    throw error;
  }
};

const openParser = (request: Request): Busboy => {
  if (
    request.is('multipart/form-data') === false ||
    request.headers['content-type'] === undefined
  ) {
    throw new UnsupportedMediaTypeError('multipart/form-data');
  }
  try {
    return busboy({
      headers: request.headers,
      defParamCharset: 'utf8',
      limits: { files: 2, fields: 1, parts: 3, fieldSize: 1_024, headerPairs: 32 },
    });
  } catch {
    throw new InvalidUploadError('its content type names no boundary');
  }
};

const storeImage = async (
  file: Readable,
  {
    storage,
    key,
    maxBytes,
    signal,
    filename,
  }: {
    storage: Storage;
    key: string;
    maxBytes: number;
    signal: AbortSignal;
    filename: string | undefined;
  },
): Promise<ReceivedImage> => {
  try {
    const { head, whole } = await peek(file, HEAD_BYTES);
    const contentType = await imageTypeOf(head);
    const { bytes } = await storage.put(key, whole, { contentType, maxBytes, signal });
    return { contentType, bytes, originalName: readableName(filename) };
  } catch (error) {
    if (error instanceof ObjectTooLargeError) throw new UploadTooLargeError(maxBytes);
    if (error instanceof PlatformError) throw error;
    // The parser ends the file with an error of its own when the body stops in the middle.
    throw new InvalidUploadError('its file is cut short', FIELD);
  }
};

const unexpected = (name: string) => {
  const shown = name.slice(0, 100);
  return new InvalidUploadError(`"${shown}" is not expected`, shown);
};

const readableName = (filename: string | undefined) =>
  filename?.replace(/\p{Cc}/gu, '').slice(0, MAX_NAME_LENGTH);
