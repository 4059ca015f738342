import { sendEmail } from '@shared/contracts';
import { implement } from '@shared/queue';
import type { Storage } from '@shared/storage';
import { deliver, type PostOffice } from '../deliver.ts';
import { readAttachments } from '../read-attachments.ts';
import { renderPlain } from '../templates/plain.ts';

export const createSendEmail = ({
  storage,
  ...post
}: PostOffice & { storage: Pick<Storage, 'get'> }) =>
  implement(sendEmail, async ({ attachments: named, ...mail }, attempt) => {
    const attachments = await readAttachments(named, { storage, signal: attempt.signal });
    return deliver({ ...renderPlain(mail), attachments }, attempt, post);
  });
