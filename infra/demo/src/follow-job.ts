import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { UnexpectedAnswerError } from './errors/unexpected-answer-error.ts';
import type { Http } from './http.ts';

const JobView = z.looseObject({
  jobId: z.string(),
  task: z.string(),
  queue: z.string(),
  status: z.string(),
  /** 0 to 1. */
  progress: z.number(),
  progressMessage: z.string().nullish(),
  result: z.unknown(),
  error: z.looseObject({ code: z.string(), message: z.string() }).nullable(),
  enqueuedAt: z.coerce.date(),
  finishedAt: z.coerce.date().nullable(),
});

/** A job as `GET /jobs/status/:jobId` shows it. */
export type JobView = z.output<typeof JobView>;

const FINAL = new Set(['complete', 'failed', 'cancelled', 'expired']);

const LONGEST_MS = 120_000;
const RECONNECT_MS = 500;

/**
 * Follows one job's events to its end, asking again when the stream breaks off.
 *
 * @param onChange gets every state, the last one included.
 * @throws {UnexpectedAnswerError} it was refused, or did not end in two minutes.
 */
export const followJob = async (
  http: Http,
  { jobId, token }: { jobId: string; token: string },
  onChange: (job: JobView) => void,
): Promise<JobView> => {
  const path = `/jobs/status/${encodeURIComponent(jobId)}/events`;
  const signal = AbortSignal.timeout(LONGEST_MS);
  while (!signal.aborted) {
    const events = http.events(path, { token, signal });
    try {
      for await (const { event, data } of events) {
        if (event !== 'status') continue;
        const job = JobView.parse(JSON.parse(data));
        onChange(job);
        if (FINAL.has(job.status)) return job;
      }
    } catch (error) {
      if (error instanceof UnexpectedAnswerError) throw error;
    }
    await sleep(RECONNECT_MS);
  }
  throw new UnexpectedAnswerError(`GET ${path}`, `the job did not end in ${LONGEST_MS / 1_000} s`);
};
