import type { Readable } from 'node:stream';
import { PlatformError } from '@shared/errors';
import { ObjectTooLargeError, type Storage } from '@shared/storage';
import busboy, { type Busboy } from 'busboy';
import type { Request } from 'express';
import { InvalidUploadError } from '../errors/invalid-upload-error.ts';
import { UnsupportedMediaTypeError } from '../errors/unsupported-media-type-error.ts';
import { UploadTooLargeError } from '../errors/upload-too-large-error.ts';
import { peek } from './peek.ts';

export type ReceivedFile = {
  contentType: string;
  bytes: number;
  /** What the client called the file, shortened; undefined if it gave no name. */
  originalName: string | undefined;
};

/** How much of a file's beginning tells its type. */
export const HEAD_BYTES = 4_100;

/** What a route takes, and where to. */
export type Reception = {
  storage: Storage;
  key: string;
  maxBytes: number;
  /** The one field of the form. */
  field: string;
  /** The media type that the beginning of a file shows; throws for what is not taken. */
  typeOf(head: Uint8Array): Promise<string>;
};

/** For the boundaries and headers around the file. */
const MULTIPART_OVERHEAD_BYTES = 16_384;

const MAX_NAME_LENGTH = 255;

/**
 * Streams the one file of a multipart body into storage under `key`, never holding more than a few
 * chunks of it. If anything goes wrong on the way, the client's leaving included, nothing stays.
 *
 * @throws {UnsupportedMediaTypeError | InvalidUploadError} not exactly one file in the field.
 * @throws {UploadTooLargeError} and what `typeOf` throws.
 */
export const receiveFile = async (
  request: Request,
  reception: Reception,
): Promise<ReceivedFile> => {
  const { storage, key, maxBytes, field } = reception;
  if (Number(request.get('content-length') ?? 0) > maxBytes + MULTIPART_OVERHEAD_BYTES) {
    throw new UploadTooLargeError(maxBytes, field);
  }
  const parser = openParser(request, field);
  const stop = new AbortController();
  let storing: Promise<ReceivedFile> | undefined;
  const whole = new Promise<void>((resolve, reject) => {
    stop.signal.addEventListener('abort', () => reject(stop.signal.reason));
    parser.once('close', resolve);
    parser.on('error', () =>
      stop.abort(new InvalidUploadError(field, 'its multipart body is broken')),
    );
    parser.on('field', (name) => stop.abort(unexpected(field, name)));
    parser.on('file', (name, file, { filename }) => {
      // Without a listener an error of a file that nobody reads would end the process.
      file.on('error', () => {});
      if (name !== field || storing !== undefined) {
        file.resume();
        stop.abort(
          name === field
            ? new InvalidUploadError(field, 'it has two files', field)
            : unexpected(field, name),
        );
        return;
      }
      storing = storeFile(file, { ...reception, signal: stop.signal, filename });
      storing.catch((error: unknown) => stop.abort(error));
    });
    request.on('error', () => {});
    request.once('close', () => {
      if (!request.complete)
        stop.abort(new InvalidUploadError(field, 'the connection ended before it did'));
    });
    request.pipe(parser);
  });

  try {
    await whole;
    if (storing === undefined) throw new InvalidUploadError(field, 'it has no file', field);
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

const openParser = (request: Request, field: string): Busboy => {
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
    throw new InvalidUploadError(field, 'its content type names no boundary');
  }
};

const storeFile = async (
  file: Readable,
  {
    storage,
    key,
    maxBytes,
    field,
    typeOf,
    signal,
    filename,
  }: Reception & { signal: AbortSignal; filename: string | undefined },
): Promise<ReceivedFile> => {
  try {
    const { head, whole } = await peek(file, HEAD_BYTES);
    const contentType = await typeOf(head);
    const { bytes } = await storage.put(key, whole, { contentType, maxBytes, signal });
    return { contentType, bytes, originalName: readableName(filename) };
  } catch (error) {
    if (error instanceof ObjectTooLargeError) throw new UploadTooLargeError(maxBytes, field);
    if (error instanceof PlatformError) throw error;
    // The parser ends the file with an error of its own when the body stops in the middle.
    throw new InvalidUploadError(field, 'its file is cut short', field);
  }
};

const unexpected = (field: string, name: string) => {
  const shown = name.slice(0, 100);
  return new InvalidUploadError(field, `"${shown}" is not expected`, shown);
};

/** For people's eyes: without control characters, and not too long. */
export const readableName = (filename: string | undefined) =>
  filename?.replace(/\p{Cc}/gu, '').slice(0, MAX_NAME_LENGTH);
