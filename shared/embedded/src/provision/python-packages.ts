import { delimiter } from 'node:path';
import { ensurePythonFolder, type NoPython, QUIET } from './python-folder.ts';
import { run } from './run.ts';

/** A Python interpreter, and the environment in which it finds the packages that were asked for. */
export type PythonEnvironment = {
  /** The interpreter; the packages' own programs are run with `-m`, wherever their folder lies. */
  python: string;
  env: { PYTHONPATH: string };
};

/**
 * Python packages of exact versions, in a folder of their own that is filled once from the package index:
 * nothing is installed for the machine, and sets whose needs differ do not meet.
 *
 * @param name of the set; part of its folder's name.
 * @param requirements as pip takes them, each with its version, as in `celery[redis]==5.7.0`.
 */
export const ensurePythonPackages = async (
  name: string,
  requirements: readonly string[],
  { tools }: { tools?: string } = {},
): Promise<PythonEnvironment | NoPython> => {
  const found = await ensurePythonFolder(name, requirements, {
    tools,
    fill: (python, draft) => {
      const flags = [...QUIET, '--root-user-action=ignore', '--target', draft];
      return run(python, ['-m', 'pip', 'install', ...flags, ...requirements]);
    },
  });
  if ('missing' in found) return found;
  const { python, folder } = found;
  const inherited = process.env['PYTHONPATH'];
  const path = inherited === undefined ? folder : `${folder}${delimiter}${inherited}`;
  return { python, env: { PYTHONPATH: path } };
};
