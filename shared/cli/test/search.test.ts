import { expect, test } from 'vitest';
import { openShell, TASKS } from './taskyard.ts';

const INCLUDE = ['--include', TASKS];

test('jobs are found by tag, status, task, error and id', async () => {
  await using shell = await openShell();
  const add = ['enqueue', 'sums.add', '{"a":1,"b":2}', ...INCLUDE];
  const later = ['--delay', '1h'];
  await shell.call([...add, '--id', 'first', '--tag', 'vip', ...later]);
  await shell.call([...add, '--id', 'second', '--tag', 'vip', '--tag', 'eu', ...later]);
  await using _worker = await shell.worker();
  await shell.call([
    'enqueue',
    'sums.fail',
    '{"reason":"no ink"}',
    '--id',
    'bad',
    '--wait',
    ...INCLUDE,
  ]);

  const ids = async (...args: string[]) => {
    const { out } = await shell.call(['search', ...args, '--json']);
    return (JSON.parse(out) as { jobs: { jobId: string }[] }).jobs.map(({ jobId }) => jobId);
  };
  await expect(ids('--tag', 'vip')).resolves.toEqual(['second', 'first']);
  await expect(ids('--tag', 'eu')).resolves.toEqual(['second']);
  await expect(ids('--status', 'scheduled', '--status', 'failed')).resolves.toHaveLength(3);
  await expect(ids('--task', 'sums.fail', '--queue', 'sums')).resolves.toEqual(['bad']);
  await expect(ids('--error', 'ink', '--code', 'error')).resolves.toEqual(['bad']);
  await expect(ids('first')).resolves.toEqual(['first']);
  const table = await shell.call(['search', '-s', 'failed']);
  expect(table.out).toMatch(
    /^job +task +status +enqueued +ended +error\nbad +sums\.fail +failed .* error: no ink$/m,
  );
  const page = await shell.call(['search', '--tag', 'vip', '--limit', '1']);
  const [, cursor = ''] = /--cursor (\S+)/.exec(page.err) ?? [];
  await expect(ids('--tag', 'vip', '--cursor', cursor)).resolves.toEqual(['first']);
});

test('what is not there is said to be not there, and what cannot be asked is refused', async () => {
  await using shell = await openShell();

  const none = await shell.call(['search', '--tag', 'nobody']);
  const wrong = await shell.call(['search', '--status', 'asleep']);

  expect(none).toMatchObject({ code: 0, out: '', err: 'No job is like that.\n' });
  expect(wrong.code).toBe(1);
  expect(wrong.err).toContain('"asleep" is none. Use scheduled, queued');
});
