import type { Express } from 'express';
import { only } from '../only.ts';
import type { Parts } from '../parts.ts';
import { cancelJob } from '../routes/cancel-job.ts';
import { deleteDeadLetters } from '../routes/delete-dead-letters.ts';
import { enqueueTask } from '../routes/enqueue-task.ts';
import { actOnHeldJobs, listHeldJobs } from '../routes/held-jobs.ts';
import { jobEvents } from '../routes/job-events.ts';
import { jobStatus } from '../routes/job-status.ts';
import { jobWhy } from '../routes/job-why.ts';
import { listDeadLetters } from '../routes/list-dead-letters.ts';
import { listTasks } from '../routes/list-tasks.ts';
import { redriveDeadLetters } from '../routes/redrive-dead-letters.ts';
import { search } from '../routes/search.ts';
import { showTask } from '../routes/show-task.ts';

/** The platform's own: jobs, dead letters and tasks. */
export const workAddresses = (
  app: Express,
  { stopping, heartbeat, prefix, publicUrl, tickets, guarded, jobs, buried, kept }: Parts,
): void => {
  app
    .route('/jobs/status/:jobId')
    .get(jobStatus({ ...jobs, tickets }))
    .delete(cancelJob(jobs))
    .all(only('GET', 'DELETE'));
  app
    .route('/jobs/status/:jobId/events')
    .get(jobEvents({ ...jobs, tickets, stopping, ...heartbeat }))
    .all(only('GET'));
  app
    .route('/jobs/status/:jobId/why')
    .get(jobWhy({ ...jobs, prefix }))
    .all(only('GET'));
  app
    .route('/search')
    .get(search({ ...jobs, prefix }))
    .all(only('GET'));
  app.route('/dead-letters').get(listDeadLetters(buried)).all(only('GET'));
  app.route('/dead-letters/redrive').post(redriveDeadLetters(buried)).all(only('POST'));
  app.route('/dead-letters/delete').post(deleteDeadLetters(buried)).all(only('POST'));
  app.route('/held-jobs').get(listHeldJobs(kept)).all(only('GET'));
  app.route('/held-jobs/redrive').post(actOnHeldJobs('redrive', kept)).all(only('POST'));
  app.route('/held-jobs/delete').post(actOnHeldJobs('delete', kept)).all(only('POST'));
  app.route('/tasks').get(guarded, listTasks({ publicUrl })).all(only('GET'));
  app
    .route('/tasks/:name')
    .get(guarded, showTask())
    .post(enqueueTask(jobs))
    .all(only('GET', 'POST'));
};
