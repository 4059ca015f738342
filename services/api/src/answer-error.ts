import { PlatformError } from '@shared/errors';
import type { ErrorRequestHandler, Response } from 'express';
import { InvalidJsonError } from './errors/invalid-json-error.ts';
import { InvalidRequestError } from './errors/invalid-request-error.ts';
import { MethodNotAllowedError } from './errors/method-not-allowed-error.ts';
import { RateLimitedError } from './errors/rate-limited-error.ts';
import { RequestTooLargeError } from './errors/request-too-large-error.ts';
import { UnsupportedMediaTypeError } from './errors/unsupported-media-type-error.ts';
import { MAX_JSON_BYTES } from './read-body.ts';
import { contextOf } from './request-context.ts';

/** The HTTP status of every code that a request can be refused with; any other is a 500. */
const STATUS: Readonly<Record<string, number>> = {
  invalid_request: 400,
  invalid_json: 400,
  invalid_option: 400,
  invalid_upload: 400,
  invalid_reset_token: 400,
  unauthenticated: 401,
  invalid_credentials: 401,
  forbidden: 403,
  invalid_signature: 403,
  route_not_found: 404,
  unknown_task: 404,
  job_not_found: 404,
  job_post_not_found: 404,
  user_not_found: 404,
  notification_not_found: 404,
  device_not_found: 404,
  image_not_found: 404,
  variant_not_found: 404,
  video_not_found: 404,
  upload_not_found: 404,
  variant_not_ready: 404,
  image_not_indexed: 404,
  object_not_found: 404,
  invalid_key: 404,
  owner_not_found: 404,
  contract_not_found: 404,
  contract_not_ready: 404,
  drawing_not_found: 404,
  drawing_not_ready: 404,
  method_not_allowed: 405,
  email_taken: 409,
  username_taken: 409,
  job_id_taken: 409,
  job_ended: 409,
  upload_conflict: 409,
  // The tus protocol's own: Checksum Mismatch.
  checksum_mismatch: 460,
  upload_expired: 410,
  unsupported_tus_version: 412,
  payload_too_large: 413,
  request_too_large: 413,
  upload_too_large: 413,
  unsupported_media_type: 415,
  unsupported_image: 415,
  unsupported_video: 415,
  unsatisfiable_range: 416,
  invalid_payload: 422,
  rate_limited: 429,
  queue_unavailable: 503,
  database_unavailable: 503,
  storage_unavailable: 503,
  similarity_unavailable: 503,
};

const RETRY_UNAVAILABLE_SECONDS = 5;

/** How every refusal looks; `path` is null where no single field is at fault. */
export type ErrorBody = {
  error: { code: string; message: string; fix: string; path: string | null };
};

/** The last handler: turns whatever was thrown into its status and `{ error }`. */
export const answerError =
  (): ErrorRequestHandler =>
  // Express tells error handlers by their four parameters.
  (thrown: unknown, request, response, _next) => {
    const { log } = contextOf(request);
    const error = refusalOf(thrown);
    const status = error === undefined ? 500 : (STATUS[error.code] ?? 500);
    if (status >= 500) log.error({ error: thrown, status }, 'request failed');
    // An answer that has begun can only be cut off, so that nobody takes it for whole.
    if (response.headersSent) {
      response.destroy();
      return;
    }
    if (error !== undefined) setHeaders(response, error, status);
    response.status(status).json(bodyOf(error, status, contextOf(request).id));
  };

/** @returns undefined for what nobody threw on purpose. */
export const refusalOf = (thrown: unknown): PlatformError | undefined => {
  if (thrown instanceof PlatformError) return thrown;
  if (!(thrown instanceof Error) || !('status' in thrown)) return undefined;
  const { status } = thrown;
  if (typeof status !== 'number' || status < 400 || status > 499) return undefined;
  // Thrown by Express, its router and its body parser; `type` is the body parser's.
  const type = 'type' in thrown ? thrown.type : undefined;
  if (type === 'entity.parse.failed') return new InvalidJsonError();
  if (type === 'entity.too.large') return new RequestTooLargeError(MAX_JSON_BYTES);
  if (status === 415) return new UnsupportedMediaTypeError('application/json; charset=utf-8');
  return new InvalidRequestError('', 'it cannot be read', 'Check its address and its headers.');
};

const setHeaders = (response: Response, error: PlatformError, status: number) => {
  if (status === 401) response.setHeader('www-authenticate', 'Bearer');
  if (status === 503) response.setHeader('retry-after', RETRY_UNAVAILABLE_SECONDS);
  if (error instanceof MethodNotAllowedError) {
    response.setHeader('allow', error.allowed.join(', '));
  }
  if (error instanceof RateLimitedError) {
    response.setHeader('retry-after', Math.ceil(error.retryAfterMs / 1_000));
  }
};

/** What failed on our side is told by its code only: messages name hosts and settings. */
export const bodyOf = (
  error: PlatformError | undefined,
  status: number,
  requestId: string,
): ErrorBody => {
  if (error === undefined || status === 500) {
    return {
      error: {
        code: 'internal_error',
        message: 'Request failed: something went wrong on our side.',
        fix: `Try again; if it stays, tell us the request id ${requestId}.`,
        path: null,
      },
    };
  }
  const { code, what, why, fix, path } = error;
  if (status === 503) {
    return {
      error: {
        code,
        message: `${what}: a part of the platform does not answer right now.`,
        fix: `Try again in ${RETRY_UNAVAILABLE_SECONDS} seconds.`,
        path: null,
      },
    };
  }
  return {
    error: { code, message: `${what}: ${why}.`, fix, path: path === '' ? null : (path ?? null) },
  };
};
