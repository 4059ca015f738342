import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { onPath } from '../src/provision/on-path.ts';
import { ensurePythonPackages } from '../src/provision/python-packages.ts';
import { ensurePythonSource } from '../src/provision/python-source.ts';
import { run } from '../src/provision/run.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const python = await onPath(['python3']);
const hasPip = python !== undefined && (await run(python, ['-m', 'pip', '--version'])).ok;
const NO_PIP = 'there is no python3 with pip on this machine';

test(
  'two that want the same packages at once end with one whole folder',
  { timeout: 120_000 },
  async ({ skip }) => {
    skip(!hasPip, NO_PIP);
    await using directory = await temporaryDirectory();
    const ensure = () => ensurePythonPackages('six', ['six==1.17.0'], { tools: directory.path });

    const [found, again] = await Promise.all([ensure(), ensure()]);

    expect(again).toEqual(found);
    if (!('python' in found)) throw new Error(found.missing);
    expect(await readdir(join(directory.path, 'python'))).toHaveLength(1);
    const asked = await run('env', [
      `PYTHONPATH=${found.env.PYTHONPATH}`,
      found.python,
      '-c',
      'import six; print(six.__version__, six.__file__)',
    ]);
    expect(asked).toMatchObject({ ok: true, output: expect.stringContaining('1.17.0') });
    expect(asked).toMatchObject({ output: expect.stringContaining(directory.path) });
  },
);

test(
  'packages that do not exist are told with what pip said, and leave nothing',
  { timeout: 120_000 },
  async ({ skip }) => {
    skip(!hasPip, NO_PIP);
    await using directory = await temporaryDirectory();

    const found = await ensurePythonPackages('six', ['six==0.0.999'], { tools: directory.path });

    expect(found).toEqual({
      missing: expect.stringContaining('six==0.0.999'),
      fix: expect.stringContaining('pip install six==0.0.999'),
    });
    expect(await readdir(join(directory.path, 'python'))).toEqual([]);
  },
);

test(
  'a release is unpacked as its authors published it',
  { timeout: 120_000 },
  async ({ skip }) => {
    skip(!hasPip, NO_PIP);
    await using directory = await temporaryDirectory();

    const found = await ensurePythonSource('six==1.17.0', { tools: directory.path });

    if (!('folder' in found)) throw new Error(found.missing);
    expect(await readdir(found.folder)).toEqual(
      expect.arrayContaining(['setup.py', 'six.py', 'test_six.py']),
    );
  },
);
