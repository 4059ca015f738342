import { sendJobApplicationEmail } from '@shared/contracts';
import { implement } from '@shared/queue';
import { deliver, type PostOffice } from '../deliver.ts';
import { renderJobApplication } from '../templates/job-application.ts';

export const createSendJobApplicationEmail = ({
  publicUrl,
  ...post
}: PostOffice & { publicUrl: string }) =>
  implement(sendJobApplicationEmail, async (payload, attempt) =>
    deliver(renderJobApplication(payload, { publicUrl }), attempt, post),
  );
