import { z } from 'zod';
import type { SignatureOptions } from './canvas.ts';
import type { Job } from './job.ts';
import type { AnyTask } from './task.ts';

/** What a job's failure is told as: the payload of an `onFailure` task that has none of its own. */
export const jobFailure = z.object({
  jobId: z.string(),
  task: z.string(),
  error: z.object({
    /** As in `timeout`, `cancelled` or `expired`; for machines. */
    code: z.string(),
    name: z.string(),
    message: z.string(),
    /** Which attempt it ended; 0 if it never ran. */
    attempt: z.int().nonnegative(),
  }),
});

export type JobFailure = z.output<typeof jobFailure>;

/** How a follow-up differs from its contract. */
export type FollowUpOptions = Omit<SignatureOptions, 'onFailure'>;

/** A task whose payload may be this value. */
export type TaskTaking<Value> = AnyTask & { delay: (payload: Value) => Promise<Job> };

/**
 * A task to be enqueued when a job has ended: the task alone, which takes what the job came to as its
 * payload, or with a payload of its own, in whose field `input`, if it is named, stands what the job
 * came to.
 */
export type FollowUp<Value = never> =
  | TaskTaking<Value>
  | { task: TaskTaking<Value>; payload?: undefined; options?: FollowUpOptions }
  | { task: AnyTask; payload: unknown; input?: string; options?: FollowUpOptions };

/** What follows a job; exactly one of the two is enqueued, once, when the job has ended for good. */
export type FollowUps<Result = never> = {
  /** After it is complete; what it came to is its result. */
  onSuccess?: FollowUp<Result> | readonly FollowUp<Result>[];
  /** After it failed, expired or was cancelled; what it came to is a {@link JobFailure}. */
  onFailure?: FollowUp<JobFailure> | readonly FollowUp<JobFailure>[];
};
