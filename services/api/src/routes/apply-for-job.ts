import { sendJobApplicationEmail, sendNotification } from '@shared/contracts';
import { type Database, recordApplication } from '@shared/database';
import type { Producer } from '@shared/queue';
import type { RequestHandler } from 'express';
import type { Background } from '../background.ts';
import type { Callers } from '../callers.ts';
import { enqueueAside } from '../enqueue-aside.ts';
import { InvalidRequestError } from '../errors/invalid-request-error.ts';
import { existingJobPost } from '../existing-job-post.ts';
import { contextOf } from '../request-context.ts';

/**
 * `POST /jobs/:id/apply` applies for a posted job, and has the employer told by mail and in their
 * list: 201 `{ applied, jobId }`, or 200 if this person has applied before; `jobId`, the mail's, is null if
 * the queue is down.
 * Refusals: 400 `invalid_request` for one's own post, 401, 404 `job_post_not_found`.
 */
export const applyForJob =
  ({
    database,
    callers,
    ...queue
  }: {
    database: Database;
    callers: Callers;
    producer: Pick<Producer, 'enqueue'>;
    background: Background;
  }): RequestHandler<{ id: string }> =>
  async (request, response) => {
    const user = await callers.person(request);
    const { post, employer } = await existingJobPost(database, request.params.id);
    if (employer.id === user.id) {
      throw new InvalidRequestError('id', 'is your own post', 'Apply for a job of somebody else.');
    }
    const isNew = await recordApplication(database, { jobPostId: post.id, applicantId: user.id });
    if (!isNew) {
      response.json({ applied: true, jobId: null });
      return;
    }
    const about = `${post.id}-${user.id}`;
    const [jobId] = await Promise.all([
      enqueueAside(request, queue, {
        task: sendJobApplicationEmail,
        payload: {
          employerEmail: employer.email,
          employerName: employer.firstName,
          jobTitle: post.title,
          applicantName: user.firstName,
          applicantEmail: user.email,
          jobId: post.id,
        },
        id: `application-${about}`,
        user,
      }),
      enqueueAside(request, queue, {
        task: sendNotification,
        payload: {
          userId: employer.id,
          kind: 'job-application',
          title: `${user.firstName} applied for ${post.title}`,
          body: 'Their address is in your mailbox.',
          link: `/jobs/${post.id}`,
        },
        id: `applied-${about}`,
        user,
      }),
    ]);
    contextOf(request).log.info({ jobPostId: post.id, jobId }, 'job applied for');
    response.status(201).json({ applied: true, jobId });
  };
