import { definePythonTask, type PythonCall } from '@shared/contracts';
import { celery, type CeleryRun, PythonError } from '@shared/interop';
import { signature } from '@shared/interop/celery';
import { type Attempt, implement, type Implementation } from '@shared/queue';

const MODULE = 't.integration.tasks';

/** A task body as Celery's suite calls it by that name. */
export const handle = (
  name: string,
  body: (call: PythonCall, task: CeleryRun, attempt: Attempt) => unknown,
  options: { ignoreResult?: boolean; acksLate?: boolean } = {},
): Implementation =>
  implement(
    definePythonTask(name.includes('.') ? name : `${MODULE}.${name}`, {
      queue: 'celery',
      ...options,
    }),
    (call, attempt) => body(call, celery(attempt), attempt),
  );

/** A signature of another of these tasks. */
export const sig = (
  name: string,
  args: readonly unknown[] = [],
  options: Parameters<typeof signature>[2] = {},
) => signature(`${MODULE}.${name}`, args, options);

/** An exception whose class the suite itself defines. */
export const suiteError = (name: string, ...args: readonly unknown[]) =>
  new PythonError(name, args, { module: MODULE });
