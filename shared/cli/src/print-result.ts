import type { Job } from '@shared/contracts';
import type { Context } from './context.ts';
import { readDuration } from './values.ts';

/** How long to wait for a result, for every command that does. */
export const TIMEOUT = {
  type: 'string',
  takes: '<time>',
  help: 'How long to wait for the result; 30s unless told.',
} as const;

/**
 * Waits for a job's result and prints it as JSON.
 *
 * @throws {ResultTimeoutError | JobFailedError | JobCancelledError | JobExpiredError}
 */
export const printResult = async (
  job: Job,
  timeout: string | undefined,
  { print }: Context,
): Promise<void> => {
  const result = await job.result({ timeoutMs: readDuration('timeout', timeout ?? '30s') });
  print(JSON.stringify(result));
};
