import { z } from 'zod';
import { defineTask } from '../task.ts';
import { deliveryPolicy, deliveryResult } from './delivery.ts';

/** Tells an employer that somebody applied. Safe to run twice: the job id is the idempotency key. */
export const sendJobApplicationEmail = defineTask({
  name: 'emails.send-job-application-email',
  queue: 'emails',
  payload: z.strictObject({
    employerEmail: z.email(),
    employerName: z.string(),
    jobTitle: z.string(),
    applicantName: z.string(),
    applicantEmail: z.email(),
    /** The job post's id, not a background job's. */
    jobId: z.union([z.int(), z.string()]),
  }),
  result: deliveryResult,
  ...deliveryPolicy,
  python: {
    name: 'backend_app.core.celery_tasks.send_job_application_email',
    args: ['employerEmail', 'employerName', 'jobTitle', 'applicantName', 'applicantEmail', 'jobId'],
  },
});
