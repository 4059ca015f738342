import { existsSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AnyTask } from '@shared/contracts';
import type { Implementation } from '@shared/queue';
import { InvalidIncludeError } from './errors/invalid-include-error.ts';
import { shareOwnPackages } from './share-own-packages.ts';

const EXTENSIONS = ['.ts', '.mts', '.mjs', '.js'];

/**
 * The handlers of modules whose default export is an array of `implement(…)`.
 *
 * @param paths relative ones start from `cwd`.
 * @throws {InvalidIncludeError} naming the file and what was found in it.
 */
export const loadIncludes = async (
  paths: readonly string[],
  cwd: string,
): Promise<Implementation[]> => {
  shareOwnPackages();
  const lists: Implementation[][] = [];
  for (const path of paths) lists.push(await loadInclude(path, cwd));
  return lists.flat();
};

const loadInclude = async (path: string, cwd: string): Promise<Implementation[]> => {
  const file = resolve(cwd, path);
  if (!EXTENSIONS.includes(extname(file))) {
    throw new InvalidIncludeError(path, `it is no module`, {
      fix: `Give a ${EXTENSIONS.join(', ')} file.`,
    });
  }
  if (!existsSync(file)) {
    throw new InvalidIncludeError(path, `there is no file ${file}`, {
      fix: 'Paths start from the current folder.',
    });
  }
  const found = (await importModule(path, file)).default;
  if (!Array.isArray(found)) {
    throw new InvalidIncludeError(path, `its default export is ${describe(found)}`);
  }
  if (found.length === 0) throw new InvalidIncludeError(path, 'its default export is empty');
  return found.map((item: unknown, at) => {
    if (isImplementation(item)) return item;
    throw new InvalidIncludeError(path, `item ${at} of its default export is ${describe(item)}`);
  });
};

const importModule = async (path: string, file: string): Promise<{ default?: unknown }> => {
  try {
    return (await import(pathToFileURL(file).href)) as { default?: unknown };
  } catch (cause) {
    const why = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
    throw new InvalidIncludeError(path, `it cannot be loaded: ${why}${placeOf(cause)}`, {
      cause,
      fix: 'Repair the module; `node <file>` runs it alone.',
    });
  }
};

/** The first line of a stack that is somebody's own code. */
const placeOf = (cause: unknown): string => {
  const lines = cause instanceof Error ? (cause.stack ?? '').split('\n') : [];
  const place = lines.find((line) => line.includes('file://') && !line.includes('node_modules'));
  return place === undefined ? '' : ` (${place.trim()})`;
};

const describe = (value: unknown): string => {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (isTask(value)) return `the task ${value.name} without a handler`;
  if (typeof value === 'object') {
    if ('task' in value && isTask(value.task))
      return `${value.task.name} without a handler function`;
    const keys = Object.keys(value);
    return keys.length === 0 ? 'an empty object' : `an object with ${keys.slice(0, 5).join(', ')}`;
  }
  return typeof value === 'function' ? 'a function' : `a ${typeof value}`;
};

const isImplementation = (value: unknown): value is Implementation =>
  typeof value === 'object' &&
  value !== null &&
  (('handler' in value && typeof value.handler === 'function') ||
    ('module' in value && value.module instanceof URL)) &&
  'task' in value &&
  isTask(value.task);

const isTask = (value: unknown): value is AnyTask =>
  typeof value === 'object' &&
  value !== null &&
  'name' in value &&
  typeof value.name === 'string' &&
  'queue' in value &&
  typeof value.queue === 'string' &&
  'payload' in value &&
  'result' in value;
