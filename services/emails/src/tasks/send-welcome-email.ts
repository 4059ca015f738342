import { sendWelcomeEmail } from '@shared/contracts';
import { implement } from '@shared/queue';
import { deliver, type PostOffice } from '../deliver.ts';
import { renderWelcome } from '../templates/welcome.ts';

export const createSendWelcomeEmail = ({
  publicUrl,
  ...post
}: PostOffice & { publicUrl: string }) =>
  implement(sendWelcomeEmail, async (payload, attempt) =>
    deliver(renderWelcome(payload, { publicUrl }), attempt, post),
  );
