import { type AnyTask, catalogue } from '@shared/contracts';
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
): Promise<readonly AnyTask[]> => {
  const included = await loadIncludes(include ?? [], cwd);
  return [...new Set([...catalogue, ...included.map(({ task }) => task)])];
};
