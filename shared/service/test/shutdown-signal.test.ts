import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const module = fileURLToPath(new URL('../src/shutdown-signal.ts', import.meta.url));

const waiting = `
  import { shutdownSignal } from ${JSON.stringify(module)};
  setInterval(() => {}, 1000);
  const signal = shutdownSignal();
  console.log('waiting');
  console.log(await signal);
`;

/** A process that waits for a signal, drains for ever after it, and says what it got. */
const start = async () => {
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', waiting], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child.stdout.setEncoding('utf8');
  await once(child.stdout, 'data');
  return child;
};

test('the first signal is told, the second ends the process at once', async () => {
  const child = await start();
  const exited = once(child, 'exit');

  child.kill('SIGTERM');
  const [told] = await once(child.stdout, 'data');
  child.kill('SIGINT');
  const [code] = await exited;

  expect(told).toBe('SIGTERM\n');
  expect(code).toBe(130);
});
