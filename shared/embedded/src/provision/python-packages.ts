import { createHash } from 'node:crypto';
import { access, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { TOOLS_DIRECTORY } from '../project-root.ts';
import { onPath } from './on-path.ts';
import { run } from './run.ts';

/** A Python interpreter, and the environment in which it finds the packages that were asked for. */
export type PythonEnvironment = {
  /** The interpreter; the packages' own programs are run with `-m`, wherever their folder lies. */
  python: string;
  env: { PYTHONPATH: string };
};

/** Prints the version, if it is one that today's packages still run on. */
const OLDEST = 'import sys; assert sys.version_info >= (3, 9); print(sys.version_info[:2])';

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
  { tools = TOOLS_DIRECTORY }: { tools?: string } = {},
): Promise<PythonEnvironment | { missing: string; fix: string }> => {
  const python = await onPath(['python3']);
  const asked = python === undefined ? undefined : await run(python, ['-c', OLDEST]);
  if (python === undefined || asked?.ok !== true) {
    return {
      missing: 'there is no Python 3.9 or newer on this machine',
      fix: 'Install it (Debian: apt-get install python3 python3-pip, macOS: brew install python).',
    };
  }
  const folder = join(tools, 'python', `${name}-${fingerprint(asked.output, requirements)}`);
  if (!(await exists(folder))) {
    const reason = await fill(python, folder, requirements);
    if (reason !== undefined) {
      return {
        missing: reason,
        fix: `Let \`python3 -m pip install ${requirements.join(' ')}\` work (Debian: apt-get install python3-pip).`,
      };
    }
  }
  const inherited = process.env['PYTHONPATH'];
  const path = inherited === undefined ? folder : `${folder}${delimiter}${inherited}`;
  return { python, env: { PYTHONPATH: path } };
};

/** Why it failed, or nothing. Others may do the same right now: the first complete folder wins. */
const fill = async (python: string, folder: string, requirements: readonly string[]) => {
  const parent = join(folder, '..');
  await mkdir(parent, { recursive: true });
  const draft = await mkdtemp(join(parent, 'draft-'));
  try {
    const flags = ['--quiet', '--disable-pip-version-check', '--root-user-action=ignore'];
    const pip = ['-m', 'pip', 'install', ...flags, '--target', draft, ...requirements];
    const installed = await run(python, pip);
    if (!installed.ok) return installed.reason;
    await rename(draft, folder).catch(() => undefined);
    return (await exists(folder)) ? undefined : `${folder} cannot be written`;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
};

/** Compiled packages fit one version of Python only. */
const fingerprint = (version: string, requirements: readonly string[]) =>
  createHash('sha256')
    .update([process.arch, version, ...requirements].join('\n'))
    .digest('hex')
    .slice(0, 12);

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );
