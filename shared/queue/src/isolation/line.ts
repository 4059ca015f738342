import type { Attempt } from '../worker/attempt.ts';

/** What an isolated handler has of the hooks that are around its run in the worker. */
export type Line = {
  /** What they gave along. */
  readonly given: unknown;
  /** Has them do what only they can; request and answer cross by structured clone. */
  ask(request: unknown): Promise<unknown>;
};

const lines = new WeakMap<Attempt, Line>();

export const openLine = (attempt: Attempt, line: Line): void => void lines.set(attempt, line);

/** The line of an attempt that runs in an isolate whose worker has something to give; else undefined. */
export const lineOf = (attempt: Attempt): Line | undefined => lines.get(attempt);
