import type { Addresses } from './config.ts';
import { WrongResultError } from './errors/wrong-result-error.ts';
import { followJob, type JobView } from './follow-job.ts';
import { createHttp, type Http } from './http.ts';
import { createMailbox, type Mailbox } from './mailbox.ts';
import type { Screen } from './screen.ts';

/** One job that the demo followed, for the table at the end. */
export type Followed = {
  job: JobView;
  /** Where a person sees what came of it. */
  link: string;
};

/** What a story plays on. */
export type Stage = {
  http: Http;
  mailbox: Mailbox;
  /** An operator's: sees every job. */
  apiKey: string;
  dashboardUrl: string;
  say(text: string): void;
  /**
   * Follows jobs to their ends side by side, a progress bar each.
   *
   * @param options.names what the bars are called; their tasks unless told.
   * @throws {WrongResultError} one of them did not complete.
   */
  follow(
    jobs: readonly { jobId: string; name: string }[],
    options: { token: string },
  ): Promise<JobView[]>;
  /** Notes where the result of a followed job can be seen. */
  link(jobId: string, url: string): void;
};

export const openStage = (
  { url, mailboxUrl, dashboardUrl, apiKey }: Addresses,
  { screen, followed }: { screen: Screen; followed: Followed[] },
): Stage => {
  const http = createHttp(url);
  return {
    http,
    mailbox: createMailbox(mailboxUrl),
    apiKey,
    dashboardUrl,
    say: (text) => screen.say(`   ${text}`),
    async follow(jobs, { token }) {
      const bars = screen.bars(jobs.map(({ name }) => name));
      const ended = await Promise.all(
        jobs.map(({ jobId }, index) =>
          followJob(http, { jobId, token }, (job) => {
            bars.show(index, { fraction: job.progress, note: noteOf(job) });
          }),
        ),
      );
      followed.push(...ended.map((job) => ({ job, link: '' })));
      for (const job of ended) mustBeComplete(job);
      return ended;
    },
    link(jobId, url) {
      for (const one of followed) if (one.job.jobId === jobId) one.link = url;
    },
  };
};

const noteOf = ({ status, progressMessage }: JobView) =>
  status === 'in_progress' && progressMessage ? `${status}: ${progressMessage}` : status;

const mustBeComplete = ({ task, status, error }: JobView) => {
  if (status === 'complete') return;
  const reason = error === null ? '' : ` (${error.code}: ${error.message})`;
  throw new WrongResultError(`A job of ${task} went wrong`, `it is ${status}${reason}`);
};
