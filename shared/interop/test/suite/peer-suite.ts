import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ensurePythonPackages, TOOLS_DIRECTORY } from '@shared/embedded';

const run = promisify(execFile);

export type PeerSuite = {
  /** Where its source distribution lies, tests and all. */
  folder: string;
  python: string;
  /** Where Python finds the peer and what its tests need. */
  path: string;
};

/**
 * A peer's own test suite: its source distribution from the package index, fetched once, and the packages that
 * its tests import.
 *
 * @param requirement as in `rq==3.0.0`.
 */
export const ensurePeerSuite = async (
  requirement: string,
  more: readonly string[],
): Promise<PeerSuite | { missing: string }> => {
  const name = requirement.replace('==', '-');
  const found = await ensurePythonPackages(`suite-${name}`, [requirement, ...more]);
  if ('missing' in found) return { missing: `${found.missing}. ${found.fix}` };
  const folder = join(TOOLS_DIRECTORY, 'python', `source-${name}`);
  try {
    await access(folder).catch(() => unpack(found.python, requirement, folder));
  } catch (error) {
    return { missing: `the source of ${requirement} could not be fetched: ${String(error)}` };
  }
  return { folder, python: found.python, path: found.env.PYTHONPATH };
};

/** Others may do the same right now: the first complete folder wins. */
const unpack = async (python: string, requirement: string, folder: string): Promise<void> => {
  await mkdir(join(folder, '..'), { recursive: true });
  const draft = await mkdtemp(`${folder}-`);
  try {
    const flags = ['--quiet', '--disable-pip-version-check', '--no-deps', '--no-binary=:all:'];
    await run(python, ['-m', 'pip', 'download', ...flags, '--dest', draft, requirement]);
    const [archive = ''] = await readdir(draft);
    await run('tar', ['-xzf', join(draft, archive), '-C', draft]);
    const [unpacked = ''] = (await readdir(draft)).filter((entry) => entry !== archive);
    await rename(join(draft, unpacked), folder).catch(() => undefined);
    await access(folder);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
};

/** Runs tests of a suite; what pytest printed at its end, whether they passed or not. */
export const runPytest = async (
  { folder, python, path }: PeerSuite,
  {
    plugins,
    args,
    env,
    timeoutMs,
  }: {
    /** Folders of Python modules that are found before the suite's own. */
    plugins: readonly string[];
    args: readonly string[];
    env: Readonly<Record<string, string>>;
    timeoutMs: number;
  },
): Promise<{ code: number; summary: string }> => {
  const options = {
    cwd: folder,
    timeout: timeoutMs,
    maxBuffer: 64 * 1024 * 1024,
    env: {
      PATH: process.env['PATH'] ?? '',
      PYTHONPATH: [...plugins, path].join(':'),
      PYTHONDONTWRITEBYTECODE: '1',
      PYTHONWARNINGS: 'ignore',
      ...env,
    },
  };
  const pytest = ['-m', 'pytest', '-q', '-W', 'ignore', '-p', 'no:cacheprovider', ...args];
  try {
    const { stdout } = await run(python, pytest, options);
    return { code: 0, summary: endOf(stdout) };
  } catch (error) {
    const {
      code,
      stdout = '',
      stderr = '',
    } = error as { code?: number; stdout?: string; stderr?: string };
    return { code: code ?? 1, summary: endOf(`${stderr}\n${stdout}`) };
  }
};

const endOf = (text: string) => text.slice(-6_000);
