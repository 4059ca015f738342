import type { Task } from '@shared/contracts';
import { InvalidOptionError } from '@shared/errors';
import type { Attempt } from './attempt.ts';

/** Fulfils a task: gets the parsed payload and the attempt, answers with what the contract promises. */
export type Handler<Payload, Result> = (
  payload: Payload,
  attempt: Attempt,
) => Promise<Result> | Result;

/** The handler of a task: what the module of an isolated one exports as its default. */
export type HandlerOf<AnyTask> =
  AnyTask extends Task<infer _Input, infer Payload, infer Result>
    ? Handler<Payload, Result>
    : never;

/** A task with its handler, or the module of it; a worker serves a list of them. */
export type Implementation =
  { task: Task; handler: Handler<unknown, unknown> } | { task: Task; module: URL };

/**
 * Binds a handler to its task. Every job may run more than once: make the handler safe to repeat.
 *
 * A task that declares `isolate` takes the URL of a module whose default export is the handler, as in
 * `implement(renderPlot, new URL('./render-plot.ts', import.meta.url))`: it is loaded in the isolate,
 * and opens there what it needs. Payload and result cross by structured clone.
 *
 * @throws {InvalidOptionError} a function for an isolated task, or a URL for one that is not.
 */
export const implement = <Input, Payload, Result>(
  task: Task<Input, Payload, Result>,
  handler: Handler<Payload, Result> | URL,
): Implementation => {
  if (handler instanceof URL) {
    if (task.isolate === undefined) throw notIsolated(task.name);
    return { task: task as unknown as Task, module: handler };
  }
  if (task.isolate !== undefined) throw notAModule(task.name, task.isolate);
  // The worker parses each payload with this very task before it calls this very handler.
  return { task, handler } as unknown as Implementation;
};

const notIsolated = (task: string) =>
  new InvalidOptionError(
    'handler',
    `${task} is not isolated, and its handler is given as a URL`,
    'Import the handler and give the function, or declare isolate: "thread" or "process" in the task.',
  );

const notAModule = (task: string, isolate: string) =>
  new InvalidOptionError(
    'handler',
    `${task} runs in a ${isolate} of its own, which no function can be sent to`,
    "Give new URL('./handler.ts', import.meta.url) of a module that exports it as default.",
  );
