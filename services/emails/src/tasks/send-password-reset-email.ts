import { sendPasswordResetEmail } from '@shared/contracts';
import { implement } from '@shared/queue';
import { deliver, type PostOffice } from '../deliver.ts';
import { renderPasswordReset } from '../templates/password-reset.ts';

export const createSendPasswordResetEmail = ({
  publicUrl,
  ...post
}: PostOffice & { publicUrl: string }) =>
  implement(sendPasswordResetEmail, async (payload, attempt) =>
    deliver(renderPasswordReset(payload, { publicUrl }), attempt, post),
  );
