import { expect, test } from 'vitest';
import { openShell, TASKS } from './taskyard.ts';

const INCLUDE = ['--include', TASKS];

test('why a job waits is told with what to do about it, the most important first', async () => {
  await using shell = await openShell();
  const args = ['enqueue', 'sums.add', '{"a":1,"b":2}', '--id', 'late', '--delay', '1h'];
  await shell.call([...args, ...INCLUDE]);

  const text = await shell.call(['why', 'late']);
  const json = await shell.call(['why', 'late', '--json']);
  const nobody = await shell.call(['why', 'nobody']);

  expect(text.code).toBe(0);
  expect(text.out).toMatch(
    /^late \(sums\.add\) is scheduled\.\n1\. waiting +It is to start at .*\.\n2\. blocking +No worker serves the queue sums\.\n +Start one: taskyard worker -Q sums\.\n$/,
  );
  expect(JSON.parse(json.out)).toMatchObject({
    jobId: 'late',
    status: 'scheduled',
    reasons: [{ code: 'delayed' }, { code: 'no_worker' }],
  });
  expect(nobody.code).toBe(1);
  expect(nobody.err).toContain('no queue holds a job "nobody"');
});
