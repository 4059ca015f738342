import { join } from 'node:path';
import { expect, test } from 'vitest';
import { begun, openShell, TASKS } from './taskyard.ts';

const INCLUDE = ['--include', TASKS];

test('workers shows every worker process with what it serves and how busy it is', async () => {
  await using shell = await openShell();
  await shell.worker(['--name', 'one', '-Q', 'sums', '--concurrency', '3']);
  await shell.worker(['--name', 'two', '-Q', 'naps', '--autoscale', '9,2']);

  const { code, out } = await shell.call(['workers']);
  const json = await shell.call(['workers', '--json']);

  expect(code).toBe(0);
  expect(out).toMatch(/^worker +state +queues +slots +host +pid/);
  expect(out).toMatch(/^one +running +sums +0\/3 /m);
  expect(out).toMatch(/^two +running +naps +0\/2 \(2-9\) /m);
  expect(JSON.parse(json.out)).toMatchObject([
    { id: 'one', concurrency: 3 },
    { id: 'two', autoscale: { max: 9, min: 2 } },
  ]);
});

test('without workers the commands say so', async () => {
  await using shell = await openShell();

  await expect(shell.call(['workers'])).resolves.toMatchObject({
    code: 0,
    err: 'No worker is there.\n',
  });
  await expect(shell.call(['inspect', 'ping'])).resolves.toMatchObject({ code: 1 });
  await expect(shell.call(['control', 'pause'])).resolves.toMatchObject({ code: 1 });
});

test('inspect asks workers whether they live, what they did and what they run', async () => {
  await using shell = await openShell();
  await shell.worker(['--name', 'one']);
  const marker = join(shell.folder, 'nap');
  const nap = JSON.stringify({ ms: 20_000, marker });
  await shell.call(['enqueue', 'naps.wait', nap, '--id', 'napping', ...INCLUDE]);
  await begun(marker);

  const ping = await shell.call(['inspect', 'ping']);
  const stats = await shell.call(['inspect', 'stats', '--worker', 'one']);
  const active = await shell.call(['inspect', 'active', '--queue', 'naps']);
  const gone = await shell.call(['inspect', 'ping', '-w', 'gone', '--timeout', '200ms']);

  expect(ping).toMatchObject({ code: 0, err: '' });
  expect(ping.out).toMatch(/^one +up /m);
  expect(stats.out).toMatch(/^one +running +1\/10 +1 +0 +0 +0 +0 /m);
  expect(active.out).toMatch(/^one +napping +naps\.wait +naps +1 +\S+ \S+ ago$/m);
  expect(gone).toMatchObject({ code: 1, out: '', err: 'gone: no answer within 200 ms.\n' });
});

test('control pauses, resizes and resumes workers', async () => {
  await using shell = await openShell();
  await shell.worker(['--name', 'one', '--concurrency', '4']);
  const control = async (...args: string[]) => (await shell.call(['control', ...args])).out;

  expect(await control('pause')).toMatch(/^one +paused, 4 slots$/m);
  expect(await control('grow', '2')).toMatch(/^one +paused, 6 slots$/m);
  expect(await control('resume')).toMatch(/^one +takes jobs, 6 slots$/m);
  expect(await control('shrink')).toMatch(/^one +takes jobs, 5 slots$/m);
  expect(await control('autoscale', '8,7')).toMatch(/^one +takes jobs, 7 slots, 7 to 8$/m);
  expect(await control('autoscale', 'off')).toMatch(/^one +takes jobs, 7 slots$/m);
  expect(await control('concurrency', '1', '--queue', 'sums')).toMatch(/, 1 slots$/m);
});

test('control cancels a job wherever it runs', async () => {
  await using shell = await openShell();
  await shell.worker();
  const marker = join(shell.folder, 'nap');
  const nap = JSON.stringify({ ms: 60_000, marker });
  await shell.call(['enqueue', 'naps.wait', nap, '--id', 'napping', ...INCLUDE]);
  await begun(marker);

  const { code } = await shell.call(['control', 'cancel', 'napping', '--reason', 'enough']);
  const result = await shell.call(['result', 'napping', '--timeout', '10s']);

  expect(code).toBe(0);
  expect(result).toMatchObject({ code: 1 });
  expect(result.err).toContain('enough');
});

test('control sets the rate of a shared limit, and takes it off', async () => {
  await using shell = await openShell();

  const set = await shell.call(['control', 'rate-limit', 'stripe', '10/1s']);
  const off = await shell.call(['control', 'rate-limit', 'stripe', 'off']);

  expect(set).toMatchObject({ code: 0, out: 'The limit stripe is 10/1s, fleet-wide.\n' });
  expect(off).toMatchObject({ code: 0, out: 'The limit stripe is off.\n' });
});

test('control shuts down one worker, and all of them only when asked twice', async () => {
  await using shell = await openShell();
  const [one, two] = [await shell.worker(['--name', 'one']), await shell.worker(['--name', 'two'])];

  const first = await shell.call(['control', 'shutdown', '5s', '--worker', 'one']);
  const refused = await shell.call(['control', 'shutdown']);

  expect(first.out).toMatch(/^one +shuts down; 0 running jobs have 5000 ms$/m);
  await expect(one.finished).resolves.toMatchObject({ code: 0 });
  expect(refused).toMatchObject({ code: 2, out: '' });
  const all = await shell.call(['control', 'shutdown', '--all']);
  expect(all).toMatchObject({ code: 0 });
  await expect(two.finished).resolves.toMatchObject({ code: 0 });
});

test('a worker whose life is known to end leaves before it does', async () => {
  await using shell = await openShell();
  const limits = { WORKER_MAX_LIFETIME_MS: '4000', SHUTDOWN_GRACE_MS: '2000' };
  const worker = await shell.worker([], limits);

  await expect(worker.finished).resolves.toMatchObject({ code: 0 });
});

test.for([
  { args: ['inspect', 'weather'], says: 'nobody can be asked "weather"' },
  { args: ['inspect', 'ping', '-w', 'a', '-q', 'b'], says: '--worker and --queue' },
  { args: ['control', 'dance'], says: 'there is no command "dance"' },
  { args: ['control', 'concurrency'], says: '<slots> is missing' },
  { args: ['control', 'pause', '3'], says: '"3" is one argument too many' },
  { args: ['control', 'autoscale', '3,10'], says: '"3,10" is no range' },
  { args: ['control', 'rate-limit', 'stripe'], says: '<name> and <jobs/time> are needed' },
  { args: ['control', 'rate-limit', 'stripe', 'fast'], says: '"fast" is no rate' },
])('$args is refused as wrong usage', async ({ args, says }) => {
  await using shell = await openShell();

  const { code, err } = await shell.call(args);

  expect(code).toBe(2);
  expect(err).toContain(says);
});
