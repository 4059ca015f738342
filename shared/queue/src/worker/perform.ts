import type { Task } from '@shared/contracts';
import type { RunningAttempt } from './attempt.ts';
import type { Handler } from './implement.ts';

/** Runs a handler until it settles, or until it is given up after a stop. */
export type Perform = (payload: unknown, run: RunningAttempt) => Promise<unknown>;

/** A task as a worker serves it. */
export type Performer = { task: Task; perform: Perform };

/** Runs the handler in this event loop: one that is given up goes on, but nobody listens any more. */
export const inPlace =
  (handler: Handler<unknown, unknown>): Perform =>
  (payload, run) =>
    new Promise((resolve, reject) => {
      run.onGivenUp(reject);
      const started = async () => handler(payload, run.attempt);
      started().then(resolve, reject);
    });
