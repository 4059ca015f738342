import express, { type Request, type RequestHandler } from 'express';
import type { z } from 'zod';
import { InvalidRequestError } from './errors/invalid-request-error.ts';
import { UnsupportedMediaTypeError } from './errors/unsupported-media-type-error.ts';
import { parseRequest } from './parse-request.ts';

/** Twice what a job's payload may have, so that the queue names the task whose payload is too large. */
export const MAX_JSON_BYTES = 2_097_152;

/** Reads JSON bodies and leaves all others to their routes. */
export const readJson = (): RequestHandler => express.json({ limit: MAX_JSON_BYTES });

/**
 * The JSON body, as its schema reads it.
 *
 * @throws {UnsupportedMediaTypeError} a body of another type.
 * @throws {InvalidRequestError} no body, or one that does not fit.
 */
export const readBody = <Schema extends z.ZodType>(
  request: Request,
  schema: Schema,
): z.output<Schema> => {
  if (request.body !== undefined) return parseRequest(schema, request.body);
  // `is` answers null for a request without a body, and false for one of another type.
  const empty = request.get('content-length') === '0';
  if (!empty && request.is('application/json') === false) {
    throw new UnsupportedMediaTypeError('application/json');
  }
  throw new InvalidRequestError('', 'its JSON body is missing');
};
