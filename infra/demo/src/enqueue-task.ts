import { z } from 'zod';
import type { Http } from './http.ts';

const Enqueued = z.looseObject({ jobId: z.string() });

/** Enqueues as any program with an API key can. @returns the job's id. */
export const enqueueTask = async (
  http: Http,
  { task, token }: { task: string; token: string },
  payload: Record<string, unknown>,
): Promise<string> => {
  const body = { payload };
  const request = { method: 'POST', body, token, expect: 202 } as const;
  const { jobId } = await http.json(`/tasks/${task}`, Enqueued, request);
  return jobId;
};
