import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const SERVICE = 'node_modules/.bin/node infra/start/test/fixtures/service.ts';

/** What the tests' platforms run: all that a start can meet, without the real services. */
export const PROCFILE = `
release: node_modules/.bin/node infra/start/test/fixtures/release.ts

# answers
web: ${SERVICE} web
worker: ${SERVICE}
`;

/** A platform in a process of its own, with everything it says; the scope's end stops it. */
export const startPlatform = async (
  home: string,
  { procfile = PROCFILE, env = {} }: { procfile?: string; env?: Record<string, string> } = {},
) => {
  const path = join(home, 'Procfile');
  await writeFile(path, procfile);
  const child = spawn(process.execPath, [join(import.meta.dirname, 'fixtures', 'start.ts'), path], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      DATA_DIR: home,
      PORT: '0',
      DASHBOARD_PORT: '0',
      MAILBOX_PORT: '0',
      MAILBOX_SMTP_PORT: '0',
      SHUTDOWN_GRACE_MS: '500',
      ...env,
    },
  });
  const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => (output += String(chunk)));
  }
  return {
    pid: child.pid ?? 0,
    output: () => output,
    exited,
    signal: (signal: NodeJS.Signals) => child.kill(signal),
    async [Symbol.asyncDispose]() {
      // Not SIGKILL: the servers would still be writing when the test removes their folder.
      child.kill('SIGTERM');
      await exited;
    },
  };
};

/** What the platform announces while it runs. */
export const announced = async (
  home: string,
): Promise<{ pid: number; env: Record<string, string> }> =>
  JSON.parse(await readFile(join(home, 'platform.json'), 'utf8')) as {
    pid: number;
    env: Record<string, string>;
  };
