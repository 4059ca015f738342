import { createHash } from 'node:crypto';
import { access, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { TOOLS_DIRECTORY } from '../project-root.ts';
import { onPath } from './on-path.ts';
import { type Ran, run } from './run.ts';

export type PythonFolder = { python: string; folder: string };

export type NoPython = { missing: string; fix: string };

/** Prints the version, if it is one that today's packages still run on. */
const OLDEST = 'import sys; assert sys.version_info >= (3, 9); print(sys.version_info[:2])';

/** So that pip says nothing but what went wrong. */
export const QUIET = ['--quiet', '--disable-pip-version-check'];

/**
 * A folder that is filled once from the package index, and then found again.
 *
 * @param name part of the folder's name.
 * @param requirements as pip takes them, each with its version, as in `celery[redis]==5.7.0`.
 * @param fill is given an empty folder; pip's own arguments, `-m pip` included, come from it.
 */
export const ensurePythonFolder = async (
  name: string,
  requirements: readonly string[],
  { fill, tools = TOOLS_DIRECTORY }: { fill: Fill; tools?: string | undefined },
): Promise<PythonFolder | NoPython> => {
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
    const reason = await fillOnce(folder, (draft) => fill(python, draft));
    if (reason !== undefined) {
      return {
        missing: reason,
        fix: `Let \`python3 -m pip install ${requirements.join(' ')}\` work (Debian: apt-get install python3-pip).`,
      };
    }
  }
  return { python, folder };
};

export type Fill = (python: string, draft: string) => Promise<Ran>;

/** Why it failed, or nothing. Others may do the same right now: the first complete folder wins. */
const fillOnce = async (folder: string, fill: (draft: string) => Promise<Ran>) => {
  const parent = join(folder, '..');
  await mkdir(parent, { recursive: true });
  const draft = await mkdtemp(join(parent, 'draft-'));
  try {
    const filled = await fill(draft);
    if (!filled.ok) return filled.reason;
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
