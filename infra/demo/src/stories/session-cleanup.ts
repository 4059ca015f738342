import { z } from 'zod';
import { enqueueTask } from '../enqueue-task.ts';
import { WrongResultError } from '../errors/wrong-result-error.ts';
import type { Story } from './story.ts';

const Result = z.object({ sessions: z.int().min(0), passwordResets: z.int().min(0) });

export const sessionCleanup: Story = {
  title: 'Expired sessions are cleaned up, as beat has it done every night',
  async play({ http, follow, link, say, apiKey: token, dashboardUrl }) {
    const task = 'sessions.cleanup-expired';
    const jobId = await enqueueTask(http, { task, token }, {});
    const [job] = await follow([{ jobId, name: task }], { token });

    const result = Result.safeParse(job?.result);
    if (!result.success) {
      throw new WrongResultError('The clean-up is wrong', z.prettifyError(result.error));
    }

    const url = `${dashboardUrl}/queues/queue/maintenance/${encodeURIComponent(jobId)}`;
    link(jobId, url);
    const { sessions, passwordResets } = result.data;
    say(`Sessions removed: ${sessions}, password resets: ${passwordResets}`);
  },
};
