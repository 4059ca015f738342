import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { redactJob, redactLogs } from './redact-job.ts';

type Job = NonNullable<Awaited<ReturnType<BullMQAdapter['getJob']>>>;

/**
 * A queue of which Bull Board never gets to see a secret. Its own formatters are no help: they get a
 * job's data without the task's name, and neither errors nor logs.
 */
export class RedactingAdapter extends BullMQAdapter {
  override async getJob(id: string): Promise<Job | undefined> {
    const job = await super.getJob(id);
    return job === undefined ? undefined : redacting(job);
  }

  override async getJobs(...page: Parameters<BullMQAdapter['getJobs']>): Promise<Job[]> {
    return (await super.getJobs(...page)).map(redacting);
  }

  override async getJobLogs(id: string): Promise<string[]> {
    const job = await super.getJob(id);
    return job === undefined ? [] : redactLogs(job.toJSON(), await super.getJobLogs(id));
  }

  override async getJobSchedulers(): ReturnType<BullMQAdapter['getJobSchedulers']> {
    // A template is a job's raw data.
    return (await super.getJobSchedulers()).map(({ ...scheduler }) => {
      delete scheduler.template;
      return scheduler;
    });
  }
}

/** The same job, to act on; what is shown of it is what toJSON gives. */
const redacting = (job: Job): Job => {
  const stored = job.toJSON();
  return Object.assign(job, { toJSON: () => redactJob(stored) });
};
