import { defineTask, definePythonTask, jobFailure } from '@shared/contracts';
import { implement } from '@shared/queue';
import { eventually } from '@shared/testing';
import type { Platform } from '@shared/testing/platform';
import { z } from 'zod';

/** A job that says what it is told, or fails as often as it is told. */
export const speak = defineTask({
  name: 'talk.speak',
  queue: 'talk',
  payload: z.strictObject({
    words: z.string(),
    failures: z.int().default(0),
    final: z.boolean().default(false),
  }),
  result: z.strictObject({ said: z.string(), attempt: z.int() }),
  attempts: 3,
  backoff: { type: 'fixed', delayMs: 1 },
});

class FinalError extends Error {
  readonly retryable = false;
  readonly code = 'lost_voice';
}

export const speaking = implement(speak, ({ words, failures, final }, { attempt }) => {
  if (final) throw new FinalError('no voice');
  if (attempt <= failures) throw new Error(`hoarse ${attempt}`);
  return { said: words, attempt };
});

/** Takes the result of `speak` as its payload. */
export const hear = defineTask({
  name: 'ears.hear',
  queue: 'ears',
  payload: z.strictObject({ said: z.string(), attempt: z.int() }),
  result: z.null(),
});

/** Takes a payload of its own, with a result in `heard` if it is told. */
export const note = defineTask({
  name: 'ears.note',
  queue: 'ears',
  payload: z.strictObject({ by: z.string(), heard: z.unknown().optional() }),
  result: z.null(),
});

/** Takes what a failure is told as. */
export const mourn = defineTask({
  name: 'ears.mourn',
  queue: 'ears',
  payload: jobFailure,
  result: z.null(),
});

export const script = definePythonTask('proj.tasks.script', { queue: 'ears' });

export type Follower = { task: string; payload: unknown; jobId: string };

/** Handlers of what follows, which write down what they were given. */
export const createFollowers = () => {
  const seen: Follower[] = [];
  const handlers = [hear, note, mourn].map((task) =>
    implement(task as typeof note, (payload, { jobId }) => {
      seen.push({ task: task.name, payload, jobId });
      return null;
    }),
  );
  return { seen, handlers };
};

/** Resolves when nothing is left to do in any queue. */
export const idle = (platform: Platform) =>
  eventually(
    async () => {
      const counts = Object.values(await platform.producer.queueCounts());
      const left = counts.filter(
        ({ queued, scheduled, in_progress, waiting_children }) =>
          queued + scheduled + in_progress + waiting_children > 0,
      );
      if (left.length > 0) throw new Error('there is work left');
    },
    { timeoutMs: 10_000 },
  );
