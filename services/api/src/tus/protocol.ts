import type { Request, RequestHandler, Response } from 'express';
import { InvalidRequestError } from '../errors/invalid-request-error.ts';
import { UnsupportedTusVersionError } from '../errors/unsupported-tus-version-error.ts';

/** The protocol for resumable uploads, as https://tus.io/protocols/resumable-upload defines it. */
export const TUS_VERSION = '1.0.0';

export const TUS_EXTENSIONS = 'creation,creation-with-upload,termination,expiration,checksum';

/** What PATCH, and POST with the first bytes, must say of their body. */
export const TUS_CONTENT_TYPE = 'application/offset+octet-stream';

/**
 * Stands before every address of the protocol.
 *
 * @throws {UnsupportedTusVersionError}
 */
export const speakTus = (): RequestHandler => (request, response, next) => {
  response.setHeader('tus-resumable', TUS_VERSION);
  if (request.method !== 'OPTIONS' && request.get('tus-resumable') !== TUS_VERSION) {
    response.setHeader('tus-version', TUS_VERSION);
    throw new UnsupportedTusVersionError(TUS_VERSION);
  }
  // Some networks let no PATCH and no DELETE through.
  const override = request.get('x-http-method-override');
  if (request.method === 'POST' && override !== undefined) request.method = override.toUpperCase();
  next();
};

/** @throws {InvalidRequestError} unless it is a whole number of bytes. */
export const byteCount = (request: Request, header: string): number => {
  const value = request.get(header) ?? '';
  const count = Number(value);
  if (/^\d{1,16}$/.test(value) && Number.isSafeInteger(count)) return count;
  throw new InvalidRequestError(header, 'must be a whole number of bytes');
};

/**
 * `filename d29ybGQ=,quality NzIwcA==`: names with values in base64.
 *
 * @throws {InvalidRequestError}
 */
export const readMetadata = (header = ''): ReadonlyMap<string, string> =>
  new Map(
    header
      .split(',')
      .filter((pair) => pair.trim() !== '')
      .map((pair) => {
        const [name = '', value = '', ...rest] = pair.trim().split(' ');
        if (rest.length > 0 || !/^[A-Za-z0-9+/=]*$/.test(value)) {
          throw new InvalidRequestError(
            'upload-metadata',
            'must be names with values in base64, parted by commas',
          );
        }
        return [name, Buffer.from(value, 'base64').toString('utf8')];
      }),
  );

export const writeMetadata = (values: Readonly<Record<string, string | null>>): string =>
  Object.entries(values)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name} ${Buffer.from(value ?? '').toString('base64')}`)
    .join(',');

export const setExpiry = (response: Response, expiresAt: Date): void => {
  response.setHeader('upload-expires', expiresAt.toUTCString());
};
