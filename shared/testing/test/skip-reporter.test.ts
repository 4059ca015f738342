import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

test('a run leaves behind which tests were skipped, and why', async () => {
  await using project = await projectWithTest(`
    import { test } from 'vitest';
    test('needs the moon', ({ skip }) => skip('there is no moon'));
    test.skip('rests', () => {});
    test('runs', () => {});
  `);

  await runVitest(project.path);

  const skipped = await readFile(join(project.path, '.test-results', 'skipped.json'), 'utf8');
  expect(JSON.parse(skipped)).toEqual([
    { name: 'needs the moon', reason: 'there is no moon' },
    { name: 'rests', reason: 'it says no reason' },
  ]);
});

/** A package of its own that uses our configuration. */
const projectWithTest = async (source: string) => {
  const path = await mkdtemp(join(tmpdir(), 'taskyard-testing-'));
  const root = join(import.meta.dirname, '..', '..', '..');
  await mkdir(join(path, 'test'));
  await symlink(join(root, 'node_modules'), join(path, 'node_modules'));
  await writeFile(join(path, 'package.json'), '{ "name": "project", "type": "module" }');
  await writeFile(
    join(path, 'vitest.config.ts'),
    "export { default } from '@shared/testing/vitest';\n",
  );
  await writeFile(join(path, 'test', 'a.test.ts'), source);
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
};

const runVitest = async (cwd: string) => {
  const vitest = join(cwd, 'node_modules', 'vitest', 'vitest.mjs');
  const child = spawn(process.execPath, [vitest, 'run'], { cwd, stdio: 'ignore' });
  await once(child, 'exit');
};
