import { join } from 'node:path';
import { eventually } from '@shared/testing';
import { expect, test } from 'vitest';
import { begun, openShell, type Shell, TASKS } from './taskyard.ts';

const INCLUDE = ['--include', TASKS];
const RUNNING_JOB_TIMEOUT = ['--timeout', '15s'];

/** Enqueues one nap and resolves once its handler has begun. */
const startNap = async (shell: Shell, task: 'naps.wait' | 'naps.deaf', ms: number, id: string) => {
  const marker = join(shell.folder, id);
  const payload = JSON.stringify({ ms, marker });
  await shell.call(['enqueue', task, payload, '--id', id, ...INCLUDE]);
  return { begun: () => begun(marker) };
};

/** What a nap answers. */
type Ran = { attempt: number; fence: number };

const recordOf = async (shell: Shell, id: string) => {
  const { out } = await shell.call(['status', id, '--json']);
  return JSON.parse(out) as { status: string; attempts: number; error: unknown };
};

test('a worker says who it is, what it serves and where its health is', async () => {
  await using shell = await openShell();

  const args = ['-Q', 'naps,sums', '--concurrency', '3', '--name', 'tester'];
  const worker = await shell.worker(args);
  const line = await worker.line(/ serves /);
  const port = /http:\/\/127\.0\.0\.1:(\d+)$/.exec(line)?.[1];

  expect(line).toMatch(/^worker tester serves naps,sums with 3 slots; health on http/);
  const answer = await fetch(`http://127.0.0.1:${port}/health/ready`);
  expect(answer.status).toBe(200);
});

test('handlers of queues that are not listed are ignored with a warning', async () => {
  await using shell = await openShell();
  const worker = await shell.worker(['-Q', 'sums']);
  const marker = join(shell.folder, 'never');
  const nap = JSON.stringify({ ms: 0, marker });
  await shell.call(['enqueue', 'naps.wait', nap, '--id', 'left', ...INCLUDE]);

  const warning = await worker.line(/naps\.deaf/);
  await shell.call(['enqueue', 'sums.add', '{"a":1,"b":1}', '--wait', ...INCLUDE]);

  expect(JSON.parse(warning)).toMatchObject({ level: 'warn', task: 'naps.deaf', queue: 'naps' });
  await expect(recordOf(shell, 'left')).resolves.toMatchObject({ status: 'queued', attempts: 0 });
});

test('SIGTERM lets a running job finish within the grace, and the worker exits 0', async () => {
  await using shell = await openShell();
  const worker = await shell.worker([], { SHUTDOWN_GRACE_MS: '15000' });
  const nap = await startNap(shell, 'naps.wait', 700, 'short');
  await nap.begun();

  worker.signal('SIGTERM');
  const { code, out } = await worker.finished;

  expect(code).toBe(0);
  expect(out).toContain('"msg":"worker draining"');
  await expect(recordOf(shell, 'short')).resolves.toMatchObject({
    status: 'complete',
    attempts: 1,
  });
});

test('a job that does not finish within the grace is handed back unspent and runs elsewhere', async () => {
  await using shell = await openShell();
  const first = await shell.worker([], { SHUTDOWN_GRACE_MS: '400' });
  const nap = await startNap(shell, 'naps.wait', 1_500, 'long');
  const fence = await nap.begun();

  first.signal('SIGTERM');
  const { code } = await first.finished;
  const handedBack = await recordOf(shell, 'long');
  await using _second = await shell.worker();
  const result = await shell.call(['result', 'long', ...RUNNING_JOB_TIMEOUT]);

  expect(code).toBe(0);
  expect(handedBack).toMatchObject({ status: 'queued', attempts: 0, error: null });
  const ran = JSON.parse(result.out) as Ran;
  expect(ran.attempt).toBe(1);
  expect(ran.fence).toBeGreaterThan(fence);
});

test('a second signal exits at once, whatever still runs', async () => {
  await using shell = await openShell();
  const worker = await shell.worker([], { SHUTDOWN_GRACE_MS: '60000' });
  const nap = await startNap(shell, 'naps.deaf', 60_000, 'stubborn');
  await nap.begun();

  worker.signal('SIGTERM');
  await worker.line(/worker draining/);
  const asked = Date.now();
  worker.signal('SIGTERM');
  const { code } = await worker.finished;

  expect(code).toBe(130);
  expect(Date.now() - asked).toBeLessThan(5_000);
});

test('the job of a worker that was killed runs again on another one', async () => {
  await using shell = await openShell();
  const env = { LOCK_MS: '1000' };
  const first = await shell.worker([], env);
  const nap = await startNap(shell, 'naps.wait', 1_500, 'orphan');
  const fence = await nap.begun();

  first.signal('SIGKILL');
  await first.finished;
  await using _second = await shell.worker([], env);
  const result = await shell.call(['result', 'orphan', ...RUNNING_JOB_TIMEOUT]);

  expect((JSON.parse(result.out) as Ran).fence).toBeGreaterThan(fence);
});

test('a worker that waits for Redis can be stopped', async () => {
  await using shell = await openShell();
  const env = { REDIS_URL: 'redis://127.0.0.1:1' };
  const worker = shell.start(['worker', ...INCLUDE], { env });
  await worker.line(/redis connection lost/);

  worker.signal('SIGTERM');

  await expect(worker.finished).resolves.toMatchObject({ code: 0 });
});

test.for([
  { reason: 'a queue without a handler', args: ['-Q', 'sums,mail'], says: 'serves "mail"' },
  { reason: 'a concurrency of none', args: ['--concurrency', '0'], says: '"concurrency"' },
])('$reason is refused', async ({ args, says }) => {
  await using shell = await openShell();

  const { code, err } = await shell.start(['worker', ...INCLUDE, ...args]).finished;

  expect(code).toBe(1);
  expect(err).toContain(says);
});

test('a port that is taken names the variable', async () => {
  await using shell = await openShell();
  const first = await shell.worker();
  const port = /:(\d+)$/.exec(await first.line(/ serves /))?.[1] ?? '';

  const env = { HEALTH_PORT: port };
  const second = await shell.start(['worker', ...INCLUDE], { env }).finished;

  expect(second.code).toBe(1);
  expect(second.err).toContain(`Cannot listen on port ${port}`);
  expect(second.err).toContain('HEALTH_PORT');
});

test('check fails while a queue has no worker', async () => {
  await using shell = await openShell();
  await shell.call(['enqueue', 'sums.add', '{"a":1,"b":1}', ...INCLUDE]);

  const without = await shell.call(['check']);
  await using _worker = await shell.worker(['-Q', 'sums']);
  const withOne = await eventually(async () => {
    const found = await shell.call(['check']);
    expect(found.out).toMatch(/ok +Queue sums +1 worker/);
    return found;
  });

  expect(without.code).toBe(1);
  expect(without.out).toMatch(/FAIL +Queue sums +no worker serves it; 1 jobs are open/);
  expect(withOne.out).toMatch(/FAIL +Queue emails/);
});
