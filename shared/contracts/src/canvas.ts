import { InvalidOptionError } from '@shared/errors';
import type { z } from 'zod';
import type { Priority } from './priority.ts';

/** What happens to the jobs that wait for one that fails: fail with it, or get null for its result. */
export type OnFailure = 'fail' | 'ignore';

/** How one job of a flow differs from its contract, in values that can be stored as JSON. */
export type SignatureOptions = {
  priority?: Priority;
  delayMs?: number;
  attempts?: number;
  timeoutMs?: number;
  keepResultMs?: number;
  group?: string;
  tags?: readonly string[];
  onFailure?: OnFailure;
};

/** A call of a task that has not been made: plain JSON, to be stored and sent. `_result` is never there. */
export type Signature<Result = unknown> = {
  kind: 'task';
  task: string;
  payload: unknown;
  /** The payload's field that takes the result of the step before, or the list of them. */
  input?: string;
  options?: SignatureOptions;
  readonly _result?: Result;
};

export type Chain<Result = unknown> = {
  kind: 'chain';
  steps: Canvas[];
  readonly _result?: Result;
};

export type Group<Result = unknown> = {
  kind: 'group';
  members: Canvas[];
  readonly _result?: Result;
};

/** A flow that has not been started: one task, steps one after the other, or members side by side. */
export type Canvas<Result = unknown> = Signature<Result> | Chain<Result> | Group<Result>;

type ResultOf<Item> = Item extends Canvas<infer Result> ? Result : never;

type LastOf<Items extends readonly unknown[]> = Items extends readonly [...unknown[], infer Last]
  ? Last
  : Items[number];

/** Runs each step with the result of the one before, if it names a field for it. */
export const chain = <const Steps extends readonly Canvas[]>(
  ...steps: Steps
): Chain<ResultOf<LastOf<Steps>>> => {
  if (steps.length === 0) throw empty('chain');
  return { kind: 'chain', steps: [...steps] };
};

/** Runs all members side by side; its result is the list of theirs, in their order. */
export const group = <const Members extends readonly Canvas[]>(
  members: Members,
): Group<{ -readonly [Index in keyof Members]: ResultOf<Members[Index]> }> => {
  if (members.length === 0) throw empty('group');
  return { kind: 'group', members: [...members] };
};

/** Runs the body once all of the header has run, with the list of their results. */
export const chord = <Body extends Canvas>(
  header: readonly Canvas[],
  body: Body,
): Chain<ResultOf<Body>> => {
  if (header.length === 0) throw empty('chord');
  return { kind: 'chain', steps: [{ kind: 'group', members: [...header] }, body] };
};

const empty = (kind: string) =>
  new InvalidOptionError('canvas', `the ${kind} is empty`, 'Give at least one signature.');

/** Makes a signature of a task; `task.s(…)` is the same. */
export const signature = <Result>(
  task: { name: string; result: z.ZodType<Result> },
  payload: unknown,
  { input, ...options }: SignatureOptions & { input?: string } = {},
): Signature<Result> => ({
  kind: 'task',
  task: task.name,
  payload,
  ...(input === undefined ? {} : { input }),
  ...(Object.keys(options).length === 0 ? {} : { options }),
});
