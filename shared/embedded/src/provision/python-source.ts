import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ensurePythonFolder, type NoPython, QUIET } from './python-folder.ts';
import { run } from './run.ts';

/** Unpacks beside itself the one archive in a folder. */
const UNPACK = `import glob, sys, tarfile
[archive] = glob.glob(sys.argv[1] + '/*.tar.gz')
tarfile.open(archive).extractall(sys.argv[1])`;

/**
 * The sources of a Python release as its authors published them, tests included, unpacked once.
 *
 * @param requirement with its version, as in `celery==5.6.3`.
 * @returns the folder with its `pyproject.toml` or `setup.py`.
 */
export const ensurePythonSource = async (
  requirement: string,
  { tools }: { tools?: string } = {},
): Promise<{ folder: string } | NoPython> => {
  const found = await ensurePythonFolder(`source-${requirement}`, [requirement], {
    tools,
    fill: async (python, draft) => {
      const flags = [...QUIET, '--no-deps', '--no-binary', ':all:', '--dest', draft];
      const fetched = await run(python, ['-m', 'pip', 'download', ...flags, requirement]);
      return fetched.ok ? run(python, ['-c', UNPACK, draft]) : fetched;
    },
  });
  if ('missing' in found) return found;
  const entries = await readdir(found.folder, { withFileTypes: true });
  const [unpacked] = entries.filter((entry) => entry.isDirectory());
  return { folder: join(found.folder, unpacked?.name ?? '') };
};
