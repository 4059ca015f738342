import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { commandOf } from '@shared/embedded';
import { eventually } from '@shared/testing';
import { expect, test } from 'vitest';
import { temporaryDirectory } from './temporary-directory.ts';

const LOCK = { name: 'project', lockfileVersion: 3, requires: true, packages: {} };
const ENTRY = `
const heard = [];
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => {
  heard.push(signal);
  process.stdout.write(signal + '\\n');
});
process.stdout.write(['ready', process.pid, ...process.argv.slice(2)].join(' ') + '\\n');
const wait = setInterval(() => {}, 1_000);
if (process.argv.includes('--exit')) { clearInterval(wait); process.exitCode = 7; }
process.on('SIGTERM', () => clearInterval(wait));
`;

test('the first run installs, says so in one line, and runs the entry with its arguments', async () => {
  await using project = await fakeProject();

  const { output, exited } = run(project.path, ['--exit', 'now']);

  await expect(exited).resolves.toEqual([7, null]);
  const lines = output().trim().split('\n');
  expect(lines).toEqual([
    expect.stringContaining('Installing the dependencies'),
    expect.stringMatching(/^ready \d+ --exit now$/),
  ]);
});

test('the next run installs nothing, unless the lock file has changed', async () => {
  await using project = await fakeProject();
  await run(project.path, ['--exit']).exited;

  const second = run(project.path, ['--exit']);
  await second.exited;
  await writeFile(join(project.path, 'package-lock.json'), JSON.stringify(changedLock()));
  const third = run(project.path, ['--exit']);
  await third.exited;

  expect(second.output()).not.toContain('Installing');
  expect(third.output()).toContain('Installing');
});

test('what somebody installed by hand is left as it is', async () => {
  await using project = await fakeProject();
  const modules = join(project.path, 'node_modules');
  await mkdir(modules);
  await writeFile(join(modules, '.package-lock.json'), JSON.stringify(LOCK));

  const { output, exited } = run(project.path, ['--exit']);

  await expect(exited).resolves.toEqual([7, null]);
  expect(output()).not.toContain('Installing');
  expect(await readFile(join(modules, '.taskyard-lock'), 'utf8')).toMatch(/^[0-9a-f]{64}$/);
});

test('an install that fails says why and runs nothing', async () => {
  await using project = await fakeProject();
  await rm(join(project.path, 'package-lock.json'));
  await writeFile(join(project.path, 'package-lock.json'), 'no json');

  const { output, exited } = run(project.path, []);

  await expect(exited).resolves.toEqual([1, null]);
  expect(output()).toContain('npm ci failed');
  expect(output()).not.toContain('ready');
  await expect(stat(join(project.path, 'node_modules', '.taskyard-lock'))).rejects.toThrow(
    'ENOENT',
  );
});

test('one Ctrl-C arrives once, also when it comes by two ways', async () => {
  await using project = await fakeProject();
  const { output, exited, child } = run(project.path, []);
  await eventually(() => expect(output()).toContain('ready'), { timeoutMs: 20_000 });

  child.kill('SIGINT');
  child.kill('SIGINT');
  await eventually(() => expect(output()).toContain('SIGINT'));
  process.kill(entryPid(output()), 'SIGTERM');

  await expect(exited).resolves.toEqual([0, null]);
  expect(output().match(/SIGINT/g)).toHaveLength(1);
});

test('what it runs is asked to end when it is killed itself', async () => {
  await using project = await fakeProject();
  const { output, child } = run(project.path, []);
  await eventually(() => expect(output()).toContain('ready'), { timeoutMs: 20_000 });

  child.kill('SIGKILL');

  await eventually(async () => expect(await commandOf(entryPid(output()))).toBeUndefined());
});

test('what it runs is asked to end when npm is killed above it', async () => {
  await using project = await fakeProject();
  await run(project.path, ['--exit']).exited;
  const npm = spawn('npm', ['start'], { cwd: project.path, stdio: ['ignore', 'pipe', 'ignore'] });
  let output = '';
  npm.stdout.on('data', (chunk) => (output += String(chunk)));
  await eventually(() => expect(output).toContain('ready'), { timeoutMs: 20_000 });

  npm.kill('SIGKILL');

  await eventually(async () => expect(await commandOf(entryPid(output))).toBeUndefined());
});

const entryPid = (output: string) => Number(/ready (\d+)/.exec(output)?.[1]);

const changedLock = () => ({ ...LOCK, version: '2.0.0' });

/** A project that needs nothing from a registry, with our bootstrap in its place. */
const fakeProject = async () => {
  const directory = await temporaryDirectory();
  const bin = join(directory.path, 'infra', 'start', 'bin');
  await cp(join(import.meta.dirname, '..', 'bin'), bin, { recursive: true });
  await writeFile(
    join(bin, 'try.mjs'),
    "import { bootstrap } from './bootstrap.mjs';\nbootstrap('entry.mjs');\n",
  );
  await writeFile(join(directory.path, 'entry.mjs'), ENTRY);
  await writeFile(
    join(directory.path, 'package.json'),
    JSON.stringify({ name: 'project', scripts: { start: 'node infra/start/bin/try.mjs' } }),
  );
  await writeFile(join(directory.path, 'package-lock.json'), JSON.stringify(LOCK));
  return directory;
};

const run = (project: string, args: readonly string[]) => {
  const script = join(project, 'infra', 'start', 'bin', 'try.mjs');
  const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => (output += String(chunk)));
  }
  return { child, output: () => output, exited: once(child, 'close') };
};
