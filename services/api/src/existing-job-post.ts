import { type Database, findJobPost } from '@shared/database';
import { z } from 'zod';
import { JobPostNotFoundError } from './errors/job-post-not-found-error.ts';

const jobPostId = z.uuid();

/**
 * A job post and whose it is.
 *
 * @throws {JobPostNotFoundError}
 */
export const existingJobPost = async (database: Database, id: string) => {
  const found = jobPostId.safeParse(id).success ? await findJobPost(database, id) : undefined;
  if (found === undefined) throw new JobPostNotFoundError();
  return found;
};
