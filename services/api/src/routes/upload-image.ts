import { randomUUID } from 'node:crypto';
import { addToIqdb, createThumbnail, createVariant, type Job } from '@shared/contracts';
import { createImage, type Database, deleteImage, type User } from '@shared/database';
import type { Producer } from '@shared/queue';
import type { Storage } from '@shared/storage';
import type { RequestHandler } from 'express';
import type { Callers } from '../callers.ts';
import { viewImage } from '../image-view.ts';
import { contextOf } from '../request-context.ts';
import { imageTypeOf } from '../uploads/image-type.ts';
import { receiveFile } from '../uploads/receive-file.ts';

/**
 * `POST /images/upload` takes one image as multipart/form-data, in the field `image`, and has its
 * thumbnail, medium and large variants made: 202 `{ image, jobs, indexJobId, jobId }`, `jobId` being the
 * thumbnail's and `indexJobId` that of the job after which similar images can be asked for. All or nothing: if the jobs cannot be enqueued, the image is not kept either.
 * Refusals: 400 `invalid_upload`, 401, 413 `upload_too_large`, 415 `unsupported_image`,
 * `unsupported_media_type`, 429 `rate_limited`, 503.
 */
export const uploadImage =
  ({
    database,
    producer,
    storage,
    callers,
    maxUploadBytes,
  }: {
    database: Database;
    producer: Producer;
    storage: Storage;
    callers: Callers;
    maxUploadBytes: number;
  }): RequestHandler =>
  async (request, response) => {
    const user = await callers.person(request);
    const { log, traceParent } = contextOf(request);
    const id = randomUUID();
    const storageKey = `images/${id}/original`;

    const received = await receiveFile(request, {
      field: 'image',
      typeOf: imageTypeOf,
      storage,
      key: storageKey,
      maxBytes: maxUploadBytes,
    });
    try {
      const { contentType, bytes, originalName = null } = received;
      const row = { id, ownerId: user.id, storageKey, contentType, bytes, originalName };
      const image = await createImage(database, row);
      const by = { user, traceParent };
      const jobs = await enqueueVariants(producer, id, by);
      const indexJob = await producer.enqueue(addToIqdb, { imageId: id }, optionsOf(by));
      log.info({ imageId: id, bytes, contentType }, 'image uploaded');
      response.status(202).json({
        image: await viewImage(image, { variants: [], storage }),
        jobs: jobs.map(({ job, variant }) => ({
          jobId: job.id,
          task: job.task,
          variant,
          statusUrl: `/jobs/status/${job.id}`,
        })),
        indexJobId: indexJob.id,
        jobId: jobs[0]?.job.id,
      });
    } catch (error) {
      // Each on its own: what made us fail may make one of them fail too.
      const undone = await Promise.allSettled([
        storage.delete(storageKey),
        deleteImage(database, id),
      ]);
      for (const { reason } of undone.filter((step) => step.status === 'rejected')) {
        log.warn({ error: reason, imageId: id }, 'part of a failed upload is left behind');
      }
      throw error;
    }
  };

type Uploader = { user: User; traceParent: string };

const optionsOf = ({ user, traceParent }: Uploader) =>
  ({ owner: user.id, origin: 'http', traceParent }) as const;

/** The thumbnail first: it is what people look for. */
const enqueueVariants = async (
  producer: Producer,
  imageId: string,
  by: Uploader,
): Promise<{ job: Job; variant: string }[]> => {
  const options = optionsOf(by);
  const thumbnail = await producer.enqueue(
    createThumbnail,
    { imageId },
    { ...options, priority: 'high' },
  );
  const others = (['medium', 'large'] as const).map(async (variant) => ({
    job: await producer.enqueue(createVariant, { imageId, variant, format: 'jpeg' }, options),
    variant,
  }));
  return [{ job: thumbnail, variant: 'thumbnail' }, ...(await Promise.all(others))];
};
