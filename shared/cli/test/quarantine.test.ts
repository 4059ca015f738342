import { connectRedis } from '@shared/queue';
import { testRedisUrl } from '@shared/testing';
import { expect, test } from 'vitest';
import { openShell, TASKS } from './taskyard.ts';

test('a quarantined task is listed, refuses its jobs, and is let run again', async () => {
  await using shell = await openShell();
  const redis = connectRedis({ url: testRedisUrl() });
  // As the workers write it that find others dead.
  const found = JSON.stringify({ since: Date.now(), crashes: 5, jobs: 3 });
  await redis.hset(`{${shell.prefix}}:quarantine`, 'sums.add', found);
  redis.disconnect();
  await using _worker = await shell.worker();
  const args = ['enqueue', 'sums.add', '{"a":1,"b":2}', '--include', TASKS, '--wait'];

  const refused = await shell.call([...args, '--id', 'held']);
  const list = await shell.call(['quarantine', 'list']);
  const json = await shell.call(['quarantine', 'list', '--json']);
  const lifted = await shell.call(['quarantine', 'lift', 'sums.add']);
  const again = await shell.call(['quarantine', 'lift', 'sums.add']);
  const redriven = await shell.call(['dead', 'redrive', '--code', 'task_quarantined']);
  const result = await shell.call(['result', 'held']);

  expect(refused.code).toBe(1);
  expect(refused.err).toContain('quarantined');
  expect(list.out).toMatch(/^task +since +crashes +jobs\nsums\.add +\S+ +5 +3\n$/);
  expect(JSON.parse(json.out)).toMatchObject([{ task: 'sums.add', crashes: 5 }]);
  expect(lifted).toMatchObject({ code: 0, out: 'Jobs of sums.add run again.\n' });
  expect(again).toMatchObject({ code: 1, err: 'sums.add was not quarantined.\n' });
  expect(redriven.out).toBe('1 job redriven.\n');
  expect(result.out).toBe('3\n');
});

test('without any it says so, and what is no command is refused', async () => {
  await using shell = await openShell();

  await expect(shell.call(['quarantine', 'list'])).resolves.toMatchObject({
    code: 0,
    err: 'No task is quarantined.\n',
  });
  await expect(shell.call(['quarantine', 'lift'])).resolves.toMatchObject({ code: 2 });
  await expect(shell.call(['quarantine', 'free', 'x'])).resolves.toMatchObject({ code: 2 });
  await expect(shell.call(['quarantine', 'list', 'x'])).resolves.toMatchObject({ code: 2 });
});
