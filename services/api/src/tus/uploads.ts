import { randomUUID } from 'node:crypto';
import { createUpload, findUpload, type Upload } from '@shared/database';
import type { Request, RequestHandler, Response } from 'express';
import { UnsupportedMediaTypeError } from '../errors/unsupported-media-type-error.ts';
import { UnsupportedVideoError } from '../errors/unsupported-video-error.ts';
import { UploadConflictError } from '../errors/upload-conflict-error.ts';
import { UploadTooLargeError } from '../errors/upload-too-large-error.ts';
import { parseRequest } from '../parse-request.ts';
import { contextOf } from '../request-context.ts';
import type { VideoServices } from '../routes/upload-video.ts';
import { readableName } from '../uploads/receive-file.ts';
import { videoQualities } from '../uploads/video-qualities.ts';
import { createCompleteUpload, forgetUpload } from './complete-upload.ts';
import { ownUpload } from './own-upload.ts';
import { TUS_CHECKSUM_ALGORITHMS } from './checksum.ts';
import {
  byteCount,
  readMetadata,
  setExpiry,
  TUS_CONTENT_TYPE,
  TUS_EXTENSIONS,
  TUS_VERSION,
  writeMetadata,
} from './protocol.ts';
import { receiveBytes } from './receive-bytes.ts';

export type UploadServices = VideoServices & {
  /** How long an upload waits to go on. */
  uploadLifetimeMs: number;
};

type OfUpload = RequestHandler<{ id: string }>;

/**
 * Resumable uploads under `/videos/uploads`: the tus protocol 1.0.0 with creation (bytes included),
 * termination, expiration and checksum. An upload's id becomes the video's; once all its bytes are there, answers
 * carry `Video-Id` and `Job-Id`.
 */
export const createUploads = (services: UploadServices) => {
  const { database, callers, maxVideoBytes, uploadLifetimeMs } = services;
  const completeUpload = createCompleteUpload();

  /** Tells where an upload stands, and makes a video of it once it is whole. */
  const answerOffset = async (request: Request, response: Response, upload: Upload) => {
    response.setHeader('upload-offset', upload.offsetBytes);
    if (upload.finishedAt === null) setExpiry(response, upload.expiresAt);
    if (upload.offsetBytes < upload.lengthBytes) return;
    response.setHeader('video-id', upload.id);
    response.setHeader('job-id', `video-${upload.id}`);
    if (upload.finishedAt !== null) return;
    const { log, traceParent } = contextOf(request);
    await completeUpload(upload, { ...services, traceParent });
    log.info({ videoId: upload.id, bytes: upload.lengthBytes }, 'video uploaded in parts');
  };

  /** The same after bytes have come. */
  const take = async (request: Request, response: Response, upload: Upload) => {
    try {
      await receiveBytes(request, upload, services);
    } catch (error) {
      if (error instanceof UnsupportedVideoError) await forgetUpload(upload.id, services);
      throw error;
    }
    const after = await findUpload(database, upload.id);
    await answerOffset(request, response, after ?? upload);
  };

  return {
    /** `OPTIONS /videos/uploads`: what this server can do. */
    describe: (): RequestHandler => (_request, response) => {
      response
        .setHeader('tus-version', TUS_VERSION)
        .setHeader('tus-extension', TUS_EXTENSIONS)
        .setHeader('tus-max-size', maxVideoBytes)
        .setHeader('tus-checksum-algorithm', TUS_CHECKSUM_ALGORITHMS)
        .status(204)
        .end();
    },

    /**
     * `POST /videos/uploads` begins one: 201 with its `Location`. `Upload-Metadata` may hold `filename`
     * and `quality`. Refusals: 400 `invalid_request`, 401, 412, 413 `upload_too_large`, 429.
     */
    begin: (): RequestHandler => async (request, response) => {
      const user = await callers.person(request);
      const lengthBytes = byteCount(request, 'upload-length');
      if (lengthBytes > maxVideoBytes)
        throw new UploadTooLargeError(maxVideoBytes, 'upload-length');
      const metadata = readMetadata(request.get('upload-metadata'));
      const upload = await createUpload(database, {
        id: randomUUID(),
        ownerId: user.id,
        lengthBytes,
        originalName: readableName(metadata.get('filename')) ?? null,
        qualities: parseRequest(videoQualities, metadata.get('quality')),
        expiresAt: new Date(Date.now() + uploadLifetimeMs),
      });
      response.status(201).location(`/videos/uploads/${upload.id}`);
      if (hasBytes(request)) await take(request, response, upload);
      else setExpiry(response, upload.expiresAt);
      response.end();
    },

    /** `HEAD /videos/uploads/:id`: where it stands. Refusals: 401, 404, 410, 412. */
    show: (): OfUpload => async (request, response) => {
      const upload = await ownUpload(request, services);
      response.setHeader('cache-control', 'no-store');
      response.setHeader('upload-length', upload.lengthBytes);
      const { originalName: filename, qualities } = upload;
      const metadata = writeMetadata({ filename, quality: qualities.join(',') });
      response.setHeader('upload-metadata', metadata);
      await answerOffset(request as Request, response, upload);
      response.status(200).end();
    },

    /**
     * `PATCH /videos/uploads/:id` brings bytes from `Upload-Offset` on: 204 with the new one.
     * Refusals: 400 `invalid_upload`, 401, 404, 409 `upload_conflict`, 410, 412,
     * 415 `unsupported_video`, `unsupported_media_type`, 460 `checksum_mismatch`, 503.
     */
    goOn: (): OfUpload => async (request, response) => {
      const upload = await ownUpload(request, services);
      if (request.get('content-type') !== TUS_CONTENT_TYPE) {
        throw new UnsupportedMediaTypeError(TUS_CONTENT_TYPE);
      }
      const given = byteCount(request as Request, 'upload-offset');
      if (given !== upload.offsetBytes) throw new UploadConflictError(upload.offsetBytes, given);
      await take(request as Request, response, upload);
      response.status(204).end();
    },

    /** `DELETE /videos/uploads/:id` gives it up; a video that it became already stays. */
    giveUp: (): OfUpload => async (request, response) => {
      const { id } = await ownUpload(request, services);
      await forgetUpload(id, services);
      response.status(204).end();
    },
  };
};

/** Creation with upload: the first bytes come along. */
const hasBytes = (request: Request) => request.get('content-type') === TUS_CONTENT_TYPE;
