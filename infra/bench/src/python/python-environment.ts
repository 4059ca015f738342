import { fileURLToPath } from 'node:url';
import { ensurePythonPackages, type PythonEnvironment } from '@shared/embedded';
import { SuiteSkippedError } from '../suite-skipped-error.ts';

export type PythonLibrary = 'celery' | 'rq' | 'arq';

/** Each with the parser in C that makes it as fast as it can be. */
const REQUIREMENTS: Record<PythonLibrary, readonly string[]> = {
  celery: ['celery[redis]==5.7.0', 'hiredis==3.5.0'],
  rq: ['rq==3.0.0', 'hiredis==3.5.0'],
  arq: ['arq==0.28.0', 'hiredis==3.5.0'],
};

/** Where the rivals' programs are. */
export const PYTHON_DIRECTORY = fileURLToPath(new URL('../../python', import.meta.url));

/** What the report calls a library, with its version. */
export const pythonLabel = (library: PythonLibrary): string =>
  (REQUIREMENTS[library][0] ?? library).replace(/\[\w+\]/, '').replace('==', ' ');

/**
 * Python with one library and our programs for it; fetched from the package index at first use.
 *
 * @throws {SuiteSkippedError} where there is no Python, or the packages cannot be fetched.
 */
export const openPython = async (library: PythonLibrary): Promise<PythonEnvironment> => {
  const found = await ensurePythonPackages(`bench-${library}`, REQUIREMENTS[library]);
  if ('missing' in found) throw new SuiteSkippedError(found.missing, found.fix);
  return found;
};
