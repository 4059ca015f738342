import type { Express } from 'express';
import { only } from '../only.ts';
import type { Parts } from '../parts.ts';
import { dailyCounts, hourlyCounts } from '../routes/analytics.ts';
import { preferPage } from '../routes/app-page.ts';
import { applyForJob } from '../routes/apply-for-job.ts';
import { listJobs } from '../routes/list-jobs.ts';
import { postJob } from '../routes/post-job.ts';
import { requestDrawing } from '../routes/request-drawing.ts';
import { showContract } from '../routes/show-contract.ts';
import { showDrawing } from '../routes/show-drawing.ts';
import { showJobPost } from '../routes/show-job-post.ts';
import { submitClientForm } from '../routes/submit-client-form.ts';
import { trackEvent } from '../routes/track-event.ts';

/** Job posts, events and their counts, contracts and drawings. */
export const businessAddresses = (
  app: Express,
  { database, producer, storage, callers, tickets, limited, jobs, people, told, pictures }: Parts,
): void => {
  app.route('/jobs').get(listJobs(people)).post(postJob(people)).all(only('GET', 'POST'));
  app.route('/jobs/:id').get(preferPage('jobs'), showJobPost(told)).all(only('GET'));
  app.route('/jobs/:id/apply').post(applyForJob(told)).all(only('POST'));
  app.route('/events').post(trackEvent(jobs)).all(only('POST'));
  app.route('/analytics/daily').get(dailyCounts(people)).all(only('GET'));
  app.route('/analytics/hourly').get(hourlyCounts(people)).all(only('GET'));

  app
    .route('/clients/public/submit')
    .post(limited.contracts, submitClientForm({ database, producer, tickets }))
    .all(only('POST'));
  app
    .route('/contracts/:id/pdf')
    .get(showContract({ database, storage, callers }))
    .all(only('GET'));

  app
    .route('/drawings')
    .post(limited.drawings, requestDrawing({ ...jobs, database }))
    .all(only('POST'));
  app.route('/drawings/:id').get(showDrawing('svg', pictures)).all(only('GET'));
  app.route('/drawings/:id/preview').get(showDrawing('preview', pictures)).all(only('GET'));
};
