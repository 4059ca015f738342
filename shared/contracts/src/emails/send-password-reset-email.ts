import { z } from 'zod';
import { secret } from '../secret.ts';
import { defineTask } from '../task.ts';
import { deliveryPolicy, deliveryResult } from './delivery.ts';

/** Mails a password reset link. Safe to run twice: the job id is the idempotency key. */
export const sendPasswordResetEmail = defineTask({
  name: 'emails.send-password-reset-email',
  queue: 'emails',
  payload: z.strictObject({
    userEmail: z.email(),
    userName: z.string(),
    /** Whoever holds it may set a new password. */
    resetToken: secret(z.string().min(16)),
  }),
  result: deliveryResult,
  ...deliveryPolicy,
  python: {
    name: 'backend_app.core.celery_tasks.send_password_reset_email',
    args: ['userEmail', 'userName', 'resetToken'],
  },
});
