import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort, isPortFree } from '@shared/embedded';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask } from '../src/ask.ts';
import { cleanEnvironment } from '../src/clean-environment.ts';
import { copyProject } from '../src/project-copy.ts';
import { readmeCommands, readmePrograms } from '../src/readme.ts';
import { living } from '../src/processes.ts';
import { runShell, type ShellCommand } from '../src/shell-command.ts';
import { temporaryDirectory } from '../src/temporary-directory.ts';

/** The platform's ports as the README has them, and the variables that change them. */
const PORTS = { PORT: 3000, DASHBOARD_PORT: 3001, MAILBOX_PORT: 1080, MAILBOX_SMTP_PORT: 1025 };

const STARTED = 'Ctrl-C stops everything.';

const opened = new AsyncDisposableStack();
let home: string;
let env: Record<string, string>;
let ports: typeof PORTS;
let platform: ShellCommand;
/** What the README has run beside the platform. */
const beside: ShellCommand[] = [];
beforeAll(async () => {
  home = join(opened.use(await temporaryDirectory()).path, 'taskyard');
  await copyProject(home);
  for (const { name, content } of readmePrograms()) await writeFile(join(home, name), content);
  ports = await choosePorts();
  const curlHome = join(home, '.data', 'curl');
  await mkdir(curlHome);
  // So that a refusal ends the script, instead of being printed and passed on.
  await writeFile(join(curlHome, '.curlrc'), 'fail-with-body\nshow-error\n');
  const portVariables = Object.entries(ports).map(([name, port]) => [name, String(port)]);
  env = { ...cleanEnvironment(), ...Object.fromEntries(portVariables), CURL_HOME: curlHome };
  platform = opened.use(runShell('exec npm start', { cwd: home, env }));
  await platform.says(STARTED);
});
afterAll(() => opened.disposeAsync());

/** Those of the README, unless somebody has one of them: then free ones, for all. */
const choosePorts = async (): Promise<typeof PORTS> => {
  const free = await Promise.all(Object.values(PORTS).map((port) => isPortFree(port)));
  if (!free.includes(false)) return PORTS;
  return {
    PORT: await freePort(),
    DASHBOARD_PORT: await freePort(),
    MAILBOX_PORT: await freePort(),
    MAILBOX_SMTP_PORT: await freePort(),
  };
};

/** The script as it stands; only where a port was taken, the port that is used instead. */
const onOurPorts = (script: string) =>
  script.replaceAll(`localhost:${PORTS.PORT}/`, `localhost:${ports.PORT}/`);

const hasCurl = () => {
  try {
    execFileSync('curl', ['--version']);
    return true;
  } catch {
    return false;
  }
};

/** What blocks before have put into variables is there in the next ones: it is all one terminal. */
const inOneTerminal = (script: string) => {
  const names = [...script.matchAll(/^(\w+)=/gm)].map(([, name]) => name);
  const kept = names.map((name) => `echo "${name}='$${name}'" >> .variables`);
  return ['[ ! -f .variables ] || . ./.variables', script, ...kept].join('\n');
};

/** Commands that are shown to work elsewhere, and where. */
const COVERED: Readonly<Record<string, string>> = {
  'npm start': 'it runs while the others are tried',
  'npm test': 'it is what runs this test',
};

/** A worker goes on until it is stopped; it is left running for the commands that come after it. */
const isWorker = (script: string) => script.startsWith('npx taskyard worker ');

test('npm start tells where everything runs and what to try', () => {
  const output = platform.output();

  for (const name of [
    'web',
    'emails',
    'images',
    'beat',
    'dashboard',
    'mailbox',
    'redis',
    'postgres',
  ]) {
    expect(output).toMatch(new RegExp(`^ *${name} .*ready, pid \\d+`, 'm'));
  }
  expect(output).toContain(`http://localhost:${ports.PORT}`);
  expect(output).toContain("The dashboard's login is admin / ");
});

test.for(readmeCommands().map((script) => ({ script })))(
  'the README’s `$script` works as it stands',
  async ({ script }, { skip }) => {
    if (COVERED[script] !== undefined) return;
    skip(script.includes('curl ') && !hasCurl(), 'there is no curl on this machine');

    const typed = isWorker(script) ? script : inOneTerminal(script);
    const command = runShell(onOurPorts(typed), { cwd: home, env });

    if (isWorker(script)) {
      beside.push(opened.use(command));
      await command.says('slots; health on');
      return;
    }
    const { code } = await command.exited;
    expect({ code, output: code === 0 ? '' : command.output() }).toEqual({ code: 0, output: '' });
  },
);

test('the README’s programs are correct TypeScript', async () => {
  const include = readmePrograms().map(({ name }) => name);
  const config = { extends: './tsconfig.base.json', include };
  await writeFile(join(home, 'tsconfig.json'), JSON.stringify(config));

  const { code } = await checkTypes();

  expect(code).toBe(0);
});

const checkTypes = async () => {
  const command = runShell('npx tsc', { cwd: home, env });
  const exit = await command.exited;
  if (exit.code !== 0) process.stderr.write(command.output());
  return exit;
};

test('Ctrl-C ends the worker', async () => {
  const pids = await Promise.all(beside.map((command) => command.processes()));
  for (const command of beside) command.pressCtrlC();

  await Promise.all(beside.map(({ exited }) => exited));

  expect(pids.flat().length).toBeGreaterThan(0);
  expect(await living(pids.flat())).toEqual([]);
});

test('Ctrl-C leaves no process behind and no port taken', async () => {
  const pids = await platform.processes();
  expect(pids.length).toBeGreaterThan(8);

  platform.pressCtrlC();
  await platform.exited;

  expect(await living(pids)).toEqual([]);
  const free = await Promise.all(Object.values(ports).map((port) => isPortFree(port)));
  expect(free).not.toContain(false);
  expect(platform.output()).toContain('Stopping');
});

const ADA = { email: 'ada@example.com', password: 'correct horse battery staple' };

test('the next start still has the data', async () => {
  const again = opened.use(runShell('exec npm start', { cwd: home, env }));
  await again.says(STARTED);

  const { status } = await ask(`http://localhost:${ports.PORT}/login`, {
    method: 'POST',
    json: ADA,
  });
  const pids = await again.processes();
  again.pressCtrlC();
  await again.exited;

  expect(status).toBe(200);
  expect(await living(pids)).toEqual([]);
});

test('the demo starts a platform where none runs, and leaves nothing of it behind', async () => {
  const demo = opened.use(runShell('exec npm run demo -- --exit', { cwd: home, env }));
  await demo.says('The platform is at ');
  const pids = await demo.processes();

  const { code } = await demo.exited;

  expect(demo.output()).toMatch(/All \d+ results are right\./);
  expect(code).toBe(0);
  expect(await living(pids)).toEqual([]);
});
