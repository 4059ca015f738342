import type { JobView } from '../src/follow-job.ts';
import type { Followed } from '../src/stage.ts';

/** A job that took a second and a half. */
export const aFollowedJob = (job: Partial<JobView> = {}, link = ''): Followed => ({
  job: {
    jobId: 'job-1',
    task: 'do.work',
    queue: 'emails',
    status: 'complete',
    progress: 1,
    result: null,
    error: null,
    enqueuedAt: new Date('2030-01-01T00:00:00.000Z'),
    finishedAt: new Date('2030-01-01T00:00:01.500Z'),
    ...job,
  },
  link,
});
