import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { openShell } from './taskyard.ts';

/** Modules in a folder far from this project. */
const writeModules = async (modules: Readonly<Record<string, string>>) => {
  const folder = await mkdtemp(join(tmpdir(), 'taskyard-include-'));
  for (const [name, text] of Object.entries(modules)) await writeFile(join(folder, name), text);
  return {
    paths: Object.keys(modules).map((name) => join(folder, name)),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
};

const definingTask = (name: string) => `import { defineTask } from '@shared/contracts';
import { implement } from '@shared/queue';
import { Redis } from 'ioredis';
import { z } from 'zod';
if (typeof Redis !== 'function') throw new Error('no Redis');
const task = defineTask({ name: '${name}', queue: 'far', payload: z.object({}), result: z.null() });
`;

/** The message of the error that each file meets, loaded by Node itself and not by the test runner. */
const tryIncludes = async (paths: readonly string[]): Promise<string[]> => {
  const script = fileURLToPath(new URL('./fixtures/try-includes.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script, ...paths]);
  return JSON.parse(stdout) as string[];
};

test('handlers may live anywhere, in .ts, .mts, .mjs and .js files', async () => {
  const endings = ['ts', 'mts', 'mjs', 'js'];
  await using modules = await writeModules(
    Object.fromEntries(
      endings.map((ending) => [
        `tasks.${ending}`,
        `${definingTask(`far.${ending}`)}export default [implement(task, () => null)];`,
      ]),
    ),
  );
  await using shell = await openShell();

  const includes = modules.paths.flatMap((path) => ['--include', path]);
  const { code, out } = await shell.start(['tasks', ...includes]).finished;

  expect(code).toBe(0);
  for (const ending of endings) expect(out).toMatch(new RegExp(`^far\\.${ending}$`, 'm'));
});

test('a module without handlers is refused by its file, saying what was found', async () => {
  const cases = [
    { text: 'export const a = 1;', says: 'its default export is missing' },
    { text: 'export default { a: 1 };', says: 'its default export is an object with a' },
    { text: 'export default [];', says: 'its default export is empty' },
    { text: 'export default [() => 1];', says: 'item 0 of its default export is a function' },
    {
      text: `${definingTask('far.away')}export default [implement(task, () => null), task];`,
      says: 'item 1 of its default export is the task far.away without a handler',
    },
    { text: 'throw new Error("boom");', says: 'it cannot be loaded: Error: boom (at ' },
    { text: 'export default [', says: 'it cannot be loaded: SyntaxError' },
  ];
  await using modules = await writeModules(
    Object.fromEntries(cases.map(({ text }, at) => [`tasks-${at}.mts`, text])),
  );

  const refusals = await tryIncludes(modules.paths);

  for (const [at, { says }] of cases.entries()) {
    expect(refusals[at]).toContain(`Include ${modules.paths[at]} refused: ${says}`);
  }
});

test.for([
  { what: 'there is not', path: './missing.ts', says: 'there is no file ' },
  { what: 'is no module', path: './tasks.json', says: 'it is no module' },
])('a file that $what is refused', async ({ path, says }) => {
  await using shell = await openShell();

  const { code, err } = await shell.call(['tasks', '--include', path]);

  expect(code).toBe(1);
  expect(err).toContain(`Include ${path} refused: ${says}`);
});
