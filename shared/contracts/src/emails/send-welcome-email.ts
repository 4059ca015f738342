import { z } from 'zod';
import { defineTask } from '../task.ts';
import { deliveryPolicy, deliveryResult } from './delivery.ts';

/** Greets a new user. Safe to run twice: the job id is the idempotency key. */
export const sendWelcomeEmail = defineTask({
  name: 'emails.send-welcome-email',
  queue: 'emails',
  payload: z.strictObject({ userEmail: z.email(), userName: z.string(), username: z.string() }),
  result: deliveryResult,
  ...deliveryPolicy,
  python: {
    name: 'backend_app.core.celery_tasks.send_welcome_email',
    args: ['userEmail', 'userName', 'username'],
  },
});
