import { type Database, listJobPosts } from '@shared/database';
import type { RequestHandler } from 'express';
import type { Callers } from '../callers.ts';
import { viewJobPost } from '../job-post-view.ts';

const NEWEST = 20;

/** `GET /jobs` shows the newest job posts: 200 `{ jobs }`. Refusals: 401. */
export const listJobs =
  ({ database, callers }: { database: Database; callers: Callers }): RequestHandler =>
  async (request, response) => {
    await callers.anyone(request);
    const found = await listJobPosts(database, { limit: NEWEST });
    response
      .setHeader('cache-control', 'no-store')
      .json({ jobs: found.map(({ post, employer }) => viewJobPost(post, employer)) });
  };
