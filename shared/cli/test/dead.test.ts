import { expect, test } from 'vitest';
import { openShell, type Shell, TASKS } from './taskyard.ts';

const INCLUDE = ['--include', TASKS];

/** Jobs of these ids that failed, each with its id as the reason. */
const fail = async (shell: Shell, ...ids: string[]) => {
  for (const id of ids) {
    const payload = JSON.stringify({ reason: `no luck with ${id}` });
    const args = ['enqueue', 'sums.fail', payload, '--id', id, '--wait', '--tag', `t-${id}`];
    await shell.call([...args, ...INCLUDE]);
  }
};

test('dead letters are listed and counted by filter, the latest first', async () => {
  await using shell = await openShell();
  await using _worker = await shell.worker();
  await fail(shell, 'one', 'two');

  const list = await shell.call(['dead', 'list']);
  const filtered = await shell.call(['dead', 'list', '--error', 'luck ONE', '--json']);
  const count = await shell.call(['dead', 'count', '--task', 'sums.fail', '--since', '1h']);
  const none = await shell.call(['dead', 'list', '--until', '1h']);
  const page = await shell.call(['dead', 'list', '--limit', '1']);

  expect(list.code).toBe(0);
  expect(list.out).toMatch(
    /^job +task +failed +attempts +code +reason\ntwo .*\none .* no luck with one$/m,
  );
  expect(JSON.parse(filtered.out)).toMatchObject({
    deadLetters: [{ jobId: 'one', code: 'error', tags: ['t-one'] }],
  });
  expect(count.out).toBe('2\n');
  expect(none).toMatchObject({ code: 0, out: '', err: 'No dead letter is like that.\n' });
  const [, cursor = ''] = /--cursor (\S+)/.exec(page.err) ?? [];
  const next = await shell.call(['dead', 'list', '--limit', '1', '--cursor', cursor]);
  expect(next.out).toMatch(/^one /m);
});

test('a redrive says what it would do, then does it', async () => {
  await using shell = await openShell();
  await using _worker = await shell.worker();
  await fail(shell, 'one', 'two');

  const dry = await shell.call(['dead', 'redrive', '--tag', 't-one', '--dry-run']);
  const spread = ['--spread', '1h', '--attempts', '1', '--priority', 'low'];
  const done = await shell.call(['dead', 'redrive', '--task', 'sums.fail', ...spread]);
  const status = await shell.call(['status', 'one', '--json']);
  const gone = await shell.call(['dead', 'redrive', '--id', 'one', '--id', 'nobody']);

  expect(dry).toMatchObject({ code: 0, out: 'one  sums.fail  error\n1 job would be redriven.\n' });
  expect(done).toMatchObject({ code: 0, out: '2 jobs redriven.\n' });
  // Half an hour for the second of two.
  expect(JSON.parse(status.out)).toMatchObject({ status: 'scheduled', priority: 8 });
  expect(gone).toMatchObject({ code: 1, out: '0 jobs redriven.\n' });
  expect(gone.err).toContain('nobody is left: it is no dead letter.');
});

test('deleting needs to be told what, and everything only by --all', async () => {
  await using shell = await openShell();
  await using _worker = await shell.worker();
  await fail(shell, 'one', 'two', 'three');

  const unsaid = await shell.call(['dead', 'delete']);
  const both = await shell.call(['dead', 'delete', '--id', 'one', '--tag', 'x']);
  const one = await shell.call(['dead', 'delete', '--id', 'one', '--json']);
  const dry = await shell.call(['dead', 'delete', '--all', '-n']);
  const all = await shell.call(['dead', 'delete', '--all']);
  const count = await shell.call(['dead', 'count']);

  expect(unsaid.code).toBe(2);
  expect(unsaid.err).toContain('add --all');
  expect(both.code).toBe(2);
  expect(JSON.parse(one.out)).toMatchObject({ dryRun: false, jobs: [{ jobId: 'one' }] });
  expect(dry.out).toContain('2 jobs would be deleted.');
  expect(all.out).toBe('2 jobs deleted.\n');
  expect(count.out).toBe('0\n');
});

test.for([
  { wrong: 'a verb that is none', args: ['bury'], code: 2, says: 'cannot be told "bury"' },
  { wrong: 'a time that is none', args: ['list', '--since', 'soon'], code: 1, says: '"soon"' },
  {
    wrong: 'a priority that is none',
    args: ['redrive', '--all', '--priority', 'x'],
    code: 1,
    says: '"x"',
  },
  { wrong: 'a cursor that is none', args: ['list', '--cursor', 'x'], code: 1, says: '"cursor"' },
])('$wrong is refused', async ({ args, code, says }) => {
  await using shell = await openShell();

  const refused = await shell.call(['dead', ...args]);

  expect(refused.code).toBe(code);
  expect(refused.err).toContain(says);
});
