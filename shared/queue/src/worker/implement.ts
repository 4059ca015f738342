import type { Task } from '@shared/contracts';
import type { Attempt } from './attempt.ts';

/** Fulfils a task: gets the parsed payload and the attempt, answers with what the contract promises. */
export type Handler<Payload, Result> = (
  payload: Payload,
  attempt: Attempt,
) => Promise<Result> | Result;

/** A task with its handler; a worker serves a list of them. */
export type Implementation = {
  task: Task;
  handler: Handler<unknown, unknown>;
};

/** Binds a handler to its task. Every job may run more than once: make the handler safe to repeat. */
export const implement = <Input, Payload, Result>(
  task: Task<Input, Payload, Result>,
  handler: Handler<Payload, Result>,
): Implementation =>
  // The worker parses each payload with this very task before it calls this very handler.
  ({ task, handler }) as unknown as Implementation;
