import { eventFields, trackUserEvent } from '@shared/contracts';
import type { Producer } from '@shared/queue';
import type { RequestHandler } from 'express';
import { z } from 'zod';
import type { Caller, Callers } from '../callers.ts';
import { InvalidRequestError } from '../errors/invalid-request-error.ts';
import { readBody } from '../read-body.ts';
import { contextOf } from '../request-context.ts';

const body = z.strictObject({
  /** Whose event it is; API keys must say, for people it is themselves. */
  userId: z.string().min(1).max(200).optional(),
  ...eventFields,
  /** One id, one event: give one to be able to send it again. */
  id: z.string().optional(),
});

/**
 * `POST /events` notes that a user did something, `{ eventType, eventData?, occurredAt?, id? }`:
 * 202 `{ jobId, duplicate, statusUrl }`. API keys add the `userId`.
 * Refusals: 400 `invalid_request`, `invalid_option`, 401, 409 `job_id_taken`, 503.
 */
export const trackEvent =
  ({
    producer,
    callers,
  }: {
    producer: Pick<Producer, 'enqueue'>;
    callers: Callers;
  }): RequestHandler =>
  async (request, response) => {
    const caller = await callers.anyone(request);
    const { id, userId: given, ...event } = readBody(request, body);
    const userId = userOf(caller, given);
    const { owner } = caller;
    const { traceParent } = contextOf(request);
    const job = await producer.enqueue(
      trackUserEvent,
      { userId, ...event },
      { owner, origin: 'http', traceParent, ...(id === undefined ? {} : { id }) },
    );
    const statusUrl = `/jobs/status/${encodeURIComponent(job.id)}`;
    response
      .status(202)
      .location(statusUrl)
      .json({ jobId: job.id, duplicate: job.duplicate, statusUrl });
  };

const userOf = ({ user }: Caller, given: string | undefined): string => {
  if (user !== undefined) {
    if (given === undefined || given === user.id) return user.id;
    throw new InvalidRequestError('userId', 'is somebody else', 'Leave it out.');
  }
  if (given !== undefined) return given;
  throw new InvalidRequestError('userId', 'is missing', 'Say whose event it is.');
};
