import { ask } from './ask.ts';

/** A job as its event stream shows it. */
export type JobView = {
  status: string;
  progress: number;
  result: unknown;
  error: { code: string; message: string } | null;
  attempts: number;
};

/** Every state that the server-sent events of a job tell, up to its end. */
export const followJob = async (
  url: string,
  { jobId, token }: { jobId: string; token: string },
): Promise<JobView[]> => {
  // The stream ends with the job, so all of it can be read as one text.
  const { body } = await ask(`${url}/jobs/status/${jobId}/events`, { token });
  return String(body)
    .split('\n\n')
    .flatMap((event) => /^event: status\ndata: (.*)$/.exec(event)?.[1] ?? [])
    .map((data) => JSON.parse(data) as JobView); // What the api says; tests assert it.
};

/** The last of these states. */
export const endOfJob = async (
  url: string,
  job: { jobId: string; token: string },
): Promise<JobView | undefined> => (await followJob(url, job)).at(-1);
