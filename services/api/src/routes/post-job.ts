import { createJobPost, type Database } from '@shared/database';
import type { RequestHandler } from 'express';
import { z } from 'zod';
import type { Callers } from '../callers.ts';
import { viewJobPost } from '../job-post-view.ts';
import { readBody } from '../read-body.ts';
import { contextOf } from '../request-context.ts';

const body = z.strictObject({
  title: z
    .string()
    .trim()
    .min(1, 'must not be empty')
    .max(120, 'must have at most 120 characters')
    .regex(/^\P{Cc}*$/u, 'must not hold control characters'),
  description: z.string().trim().max(10_000, 'must have at most 10000 characters').default(''),
});

/**
 * `POST /jobs` posts a job that others can apply for: 201 `{ job }`.
 * Refusals: 400 `invalid_request`, 401.
 */
export const postJob =
  ({ database, callers }: { database: Database; callers: Callers }): RequestHandler =>
  async (request, response) => {
    const user = await callers.person(request);
    const { title, description } = readBody(request, body);
    const post = await createJobPost(database, { ownerId: user.id, title, description });
    contextOf(request).log.info({ jobPostId: post.id }, 'job posted');
    response
      .status(201)
      .location(`/jobs/${post.id}`)
      .json({ job: viewJobPost(post, user) });
  };
