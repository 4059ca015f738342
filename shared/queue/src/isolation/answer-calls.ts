import { defineTask, type Job } from '@shared/contracts';
import { z } from 'zod';
import type { IsolatedHook } from '../hooks/hooks.ts';
import type { Attempt } from '../worker/attempt.ts';
import type { Call } from './protocol.ts';
import { type SentError, sendError } from './sent-error.ts';

type Reply =
  | { kind: 'answer'; call: number; answer: unknown }
  | { kind: 'refusal'; call: number; error: SentError };

/** Does for one isolated run what only the worker can do. */
export const answerCalls = (
  attempt: Attempt,
  hook: IsolatedHook | undefined,
  reply: (reply: Reply) => void,
): ((call: number, what: Call) => Promise<void>) => {
  const jobs = new Map<string, Job>();

  const enqueue = async ({
    task,
    payload,
    options,
  }: Extract<Call, { name: 'enqueue' }>['request']) => {
    // The options are as the handler gave them: the producer checks each.
    const job = await attempt.enqueue(taskOf(task), payload, options);
    jobs.set(job.id, job);
    const { id, task: name, queue, duplicate } = job;
    return { id, task: name, queue, duplicate };
  };

  const fulfil = ({ name, request }: Call): Promise<unknown> => {
    if (name === 'heartbeat') return attempt.heartbeat();
    if (name === 'enqueue') return enqueue(request);
    if (name === 'hook') return Promise.resolve(hook?.answer(attempt, request.what));
    const job = jobs.get(request.jobId);
    if (job === undefined) throw new Error(`Job ${request.jobId} was not enqueued by this run.`);
    if (name === 'status') return job.status();
    if (name === 'record') return job.record();
    if (name === 'cancel') return job.cancel(request.reason);
    return job.result(request);
  };

  return async (call, what) => {
    try {
      reply({ kind: 'answer', call, answer: await fulfil(what) });
    } catch (error) {
      reply({ kind: 'refusal', call, error: sendError(error) });
    }
  };
};

/** Payload and result were checked in the isolate, or are where they are used. */
const taskOf = (plain: Record<string, unknown>) =>
  // What is left of a task when its functions and schemas are taken out.
  defineTask({
    ...(plain as { name: string; queue: string }),
    payload: z.unknown(),
    result: z.unknown(),
  });
