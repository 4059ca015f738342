import { randomUUID } from 'node:crypto';
import { desc, eq } from './drizzle.ts';
import { ask } from './ask.ts';
import type { Database } from './database.ts';
import { jobApplications } from './tables/job-applications.ts';
import { type JobPost, jobPosts } from './tables/job-posts.ts';
import { type User, users } from './tables/users.ts';

export const createJobPost = async (
  database: Database,
  post: Pick<JobPost, 'ownerId' | 'title' | 'description'>,
): Promise<JobPost> => {
  const [row] = await ask(
    database
      .insert(jobPosts)
      .values({ id: randomUUID(), ...post })
      .returning(),
  );
  return row!; // An insert without a condition returns its row.
};

/** A job post and whose it is. */
export const findJobPost = async (
  database: Database,
  jobPostId: string,
): Promise<{ post: JobPost; employer: User } | undefined> => {
  const rows = await ask(
    database
      .select({ post: jobPosts, employer: users })
      .from(jobPosts)
      .innerJoin(users, eq(users.id, jobPosts.ownerId))
      .where(eq(jobPosts.id, jobPostId)),
  );
  return rows[0];
};

/** The newest first. */
export const listJobPosts = (
  database: Database,
  { limit }: { limit: number },
): Promise<{ post: JobPost; employer: User }[]> =>
  ask(
    database
      .select({ post: jobPosts, employer: users })
      .from(jobPosts)
      .innerJoin(users, eq(users.id, jobPosts.ownerId))
      .orderBy(desc(jobPosts.createdAt), jobPosts.id)
      .limit(limit),
  );

/** @returns false if this person has applied before. */
export const recordApplication = async (
  database: Database,
  application: { jobPostId: string; applicantId: string },
): Promise<boolean> => {
  const written = await ask(
    database.insert(jobApplications).values(application).onConflictDoNothing(),
  );
  return (written.rowCount ?? 0) > 0;
};
