import { z } from 'zod';
import { defineTask } from '../task.ts';
import { deliveryPolicy, deliveryResult } from './delivery.ts';

const MAX_ATTACHMENTS = 10;

/** Sends a mail as it is given. Safe to run twice: the job id is the idempotency key. */
export const sendEmail = defineTask({
  name: 'emails.send-email',
  queue: 'emails',
  payload: z.strictObject({
    to: z.email(),
    toName: z.string().max(200).default(''),
    subject: z.string().min(1).max(300),
    text: z.string().min(1),
    /** Made from the text unless given. */
    html: z.string().min(1).optional(),
    replyTo: z.email().optional(),
    /** Objects in storage; all of them together have at most 10 MB. */
    attachments: z
      .array(
        z.strictObject({
          /** The object's key in storage. */
          key: z.string().min(1),
          filename: z
            .string()
            .min(1)
            .max(200)
            .regex(/^[^\p{Cc}/\\]+$/u, 'must be a name without a path'),
          contentType: z
            .string()
            .regex(/^[\w.+-]+\/[\w.+-]+$/, 'must be a media type')
            .default('application/octet-stream'),
        }),
      )
      .max(MAX_ATTACHMENTS)
      .default([]),
    /**
     * Where a POST ends mails of this kind for the recipient, as RFC 8058 has it; mail programs then
     * show a button. For what people did not ask for one by one, not for receipts and resets.
     */
    unsubscribeUrl: z.url({ protocol: /^https$/, error: 'must be an https address' }).optional(),
  }),
  result: deliveryResult,
  ...deliveryPolicy,
  python: { name: 'send_email', args: ['to', 'subject', 'text', 'html'] },
});
