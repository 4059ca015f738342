import { type AnyTask, catalogue } from '@shared/contracts';
import type { Implementation } from '@shared/queue';
import type { Context } from './context.ts';
import { loadIncludes } from './load-includes.ts';

/** The option of commands that take tasks from outside the catalogue. */
export const INCLUDE = {
  type: 'string',
  multiple: true,
  takes: '<file>',
  help: 'A module whose default export is an array of implement(…). May be repeated.',
} as const;

/** The catalogue's tasks, and those that included modules implement. @throws {InvalidIncludeError} */
export const knownTasks = async (
  include: readonly string[] | undefined,
  { cwd }: Context,
): Promise<readonly AnyTask[]> => withCatalogue(await loadIncludes(include ?? [], cwd));

/** The catalogue's tasks, and those of these handlers. */
export const withCatalogue = (handlers: readonly Implementation[]): readonly AnyTask[] => [
  ...new Set([...catalogue, ...handlers.map(({ task }) => task)]),
];
