import { createHmac, timingSafeEqual } from 'node:crypto';

/** Lets somebody without an account follow the one job that their request enqueued. */
export type JobTickets = {
  /** `<jobId>.<HMAC>`: stands for the job's id wherever its status is asked for. */
  issue(jobId: string): string;
  /** The id in a ticket that we issued; undefined for anything else. */
  jobIdOf(ticket: string): string | undefined;
};

const SEPARATOR = '.';

/**
 * The ids themselves are in logs and on the dashboard, and some can be guessed; a ticket is known to
 * its holder alone, and nothing of it is stored. It is good as long as the job's record is kept.
 */
export const createJobTickets = (sessionSecret: string): JobTickets => {
  const sign = (jobId: string) =>
    createHmac('sha256', sessionSecret).update(`job ticket ${jobId}`).digest('base64url');
  return {
    issue: (jobId) => `${jobId}${SEPARATOR}${sign(jobId)}`,
    jobIdOf(ticket) {
      const at = ticket.lastIndexOf(SEPARATOR);
      if (at < 1) return undefined;
      const jobId = ticket.slice(0, at);
      return equal(ticket.slice(at + 1), sign(jobId)) ? jobId : undefined;
    },
  };
};

const equal = (given: string, expected: string) => {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
};
