import { type Database, findUpload, type Upload } from '@shared/database';
import type { Request } from 'express';
import { z } from 'zod';
import type { Callers } from '../callers.ts';
import { UploadExpiredError } from '../errors/upload-expired-error.ts';
import { UploadNotFoundError } from '../errors/upload-not-found-error.ts';

const uploadId = z.uuid();

/**
 * The upload of a request's address, for the one who began it.
 *
 * @throws {UploadNotFoundError} also for an upload of somebody else.
 * @throws {UploadExpiredError}
 */
export const ownUpload = async (
  request: Request<{ id: string }>,
  { database, callers }: { database: Database; callers: Callers },
): Promise<Upload> => {
  const user = await callers.person(request as Request);
  const { id } = request.params;
  const upload = uploadId.safeParse(id).success ? await findUpload(database, id) : undefined;
  if (upload === undefined || upload.ownerId !== user.id) throw new UploadNotFoundError();
  if (upload.finishedAt === null && upload.expiresAt <= new Date()) throw new UploadExpiredError();
  return upload;
};
