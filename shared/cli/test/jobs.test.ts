import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { connectRedis } from '@shared/queue';
import { eventually, testRedisUrl } from '@shared/testing';
import { expect, test } from 'vitest';
import { begun, openShell, TASKS } from './taskyard.ts';

const INCLUDE = ['--include', TASKS];

test('a job that is enqueued is run, and its result printed', async () => {
  await using shell = await openShell();
  await using _worker = await shell.worker();

  const args = ['enqueue', 'sums.add', '{"a":1,"b":2}', ...INCLUDE];
  const enqueued = await shell.start(args).finished;
  const id = enqueued.out.trim();
  const result = await shell.start(['result', id]).finished;
  const status = await shell.start(['status', id]).finished;

  expect(enqueued).toMatchObject({ code: 0, err: '' });
  expect(id).toMatch(/^[0-9a-z]{24}-sums$/);
  expect(result).toEqual({ code: 0, out: '3\n', err: '' });
  expect(status.out).toMatch(/task +sums\.add\n/);
  expect(status.out).toMatch(/status +complete\n/);
  expect(status.out).toMatch(/progress +\[#{30}\] 100 %\n/);
  expect(status.out).toMatch(/attempts +1\n/);
});

test('--wait prints the result after the id, and - reads the payload from standard input', async () => {
  await using shell = await openShell();
  await using _worker = await shell.worker();

  const args = ['enqueue', 'sums.add', '-', '--id', 'sum', '--wait', ...INCLUDE];
  const { code, out } = await shell.start(args, { input: '{ "a": 20, "b": 22 }\n' }).finished;

  expect({ code, out }).toEqual({ code: 0, out: 'sum\n42\n' });
});

test('a job that fails for good is exit code 1 with its reason and the errors of all attempts', async () => {
  await using shell = await openShell();
  await using _worker = await shell.worker();

  const args = ['enqueue', 'sums.fail', '{"reason":"bad luck"}', '--id', 'bad', '--wait'];
  const waited = await shell.call([...args, ...INCLUDE]);
  const status = await shell.call(['status', 'bad']);
  const record = await shell.call(['status', 'bad', '--json']);

  expect(waited).toMatchObject({ code: 1, out: 'bad\n' });
  expect(waited.err).toContain('Job bad failed: bad luck');
  expect(status.out).toMatch(/errors\n {2}attempt 1 .* bad luck\n {2}attempt 2 .* bad luck\n$/);
  expect(JSON.parse(record.out)).toMatchObject({
    jobId: 'bad',
    status: 'failed',
    attempts: 2,
    error: { code: 'error', history: [{ attempt: 1 }, { attempt: 2 }] },
  });
});

test('every option arrives: id, priority, delay, expiry, attempts and tags', async () => {
  await using shell = await openShell();

  const options =
    '--id all --priority high --delay 1h --expires-in 2h --attempts 7 --tag x --tag y'.split(' ');
  await shell.call(['enqueue', 'sums.add', '{"a":1,"b":1}', ...options, ...INCLUDE]);
  const { out } = await shell.call(['status', 'all', '--json']);

  const record = JSON.parse(out) as { enqueuedAt: string; dueAt: string };
  expect(record).toMatchObject({ status: 'scheduled', priority: 2, tags: ['x', 'y'] });
  expect(Date.parse(record.dueAt) - Date.parse(record.enqueuedAt)).toBe(3_600_000);
});

test('group and unique key arrive, and one key is one job', async () => {
  await using shell = await openShell();
  const args = '--group acme --unique monthly --unique-until started --delay 1h'.split(' ');
  const enqueue = () => shell.call(['enqueue', 'sums.add', '{"a":1,"b":1}', ...args, ...INCLUDE]);

  const first = await enqueue();
  const second = await enqueue();
  const { out } = await shell.call(['status', first.out.trim(), '--json']);

  expect(second.out).toBe(first.out);
  expect(second.err).toContain('nothing was enqueued');
  expect(JSON.parse(out)).toMatchObject({ group: 'acme', status: 'scheduled' });
});

test('what follows a job is run when it has ended, with what it came to', async () => {
  await using shell = await openShell();
  await using _worker = await shell.worker();
  const redis = connectRedis({ url: testRedisUrl() });
  const list = `${shell.prefix}:kept`;
  const keep = JSON.stringify({ task: 'sums.keep', payload: { id: list }, input: 'sum' });
  const followed = ['--on-success', keep, '--on-failure', 'sums.mourn', ...INCLUDE];

  await shell.call(['enqueue', 'sums.add', '{"a":1,"b":2}', ...followed]);
  const bad = `${shell.prefix}-bad`;
  await shell.call(['enqueue', 'sums.fail', '{"reason":"bad luck"}', '--id', bad, ...followed]);

  await eventually(async () => expect(await redis.lrange(list, 0, -1)).toEqual(['sum 3']));
  await eventually(async () => expect(await redis.lrange(bad, 0, -1)).toEqual(['error bad luck']));
  await redis.del(list, bad);
  redis.disconnect();
});

test('while Redis is away a job is refused, done here, or kept until it is back', async () => {
  await using shell = await openShell();
  const spool = join(shell.folder, 'spool');
  const away = { REDIS_URL: 'redis://127.0.0.1:1', SPOOL_DIRECTORY: spool };
  const enqueue = (id: string, more: string[], env: Record<string, string> = away) =>
    shell.call(['enqueue', 'sums.add', '{"a":1,"b":2}', '--id', id, ...more, ...INCLUDE], { env });

  const refused = await enqueue('refused', []);
  const inline = await enqueue('inline', ['--when-down', 'inline', '--wait']);
  const kept = await enqueue('kept', ['--when-down', 'spool']);
  const files = await readdir(spool);
  await enqueue('next', ['--when-down', 'spool'], { SPOOL_DIRECTORY: spool });
  const status = await shell.call(['status', 'kept', '--json']);

  expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('Redis') as string });
  expect(inline).toMatchObject({ code: 0, out: 'inline\n3\n' });
  expect(kept).toMatchObject({ code: 0, out: 'kept\n' });
  expect(files).toHaveLength(1);
  expect(JSON.parse(status.out)).toMatchObject({ jobId: 'kept', status: 'queued' });
});

test.for([
  { option: '--unique-for', args: ['--unique-for', '1h'], says: 'Give --unique' },
  {
    option: '--unique-until',
    args: ['--unique', 'k', '--unique-for', '1h', '--unique-until', 'started'],
    says: 'Give one of',
  },
  { option: '--when-down', args: ['--when-down', 'pray'], says: 'throw, spool, inline' },
  { option: '--on-success', args: ['--on-success', '{"tusk":1}'], says: 'Give a name' },
  { option: '--on-failure', args: ['--on-failure', 'sums.weep'], says: 'sums.weep' },
])('$option is refused where it says nothing', async ({ args, says }) => {
  await using shell = await openShell();

  const refused = await shell.call(['enqueue', 'sums.add', '{"a":1,"b":1}', ...args, ...INCLUDE]);

  expect(refused.code).not.toBe(0);
  expect(refused.err).toContain(says);
});

test('an id that is taken enqueues nothing and says so', async () => {
  await using shell = await openShell();
  const args = ['enqueue', 'sums.add', '{"a":1,"b":1}', '--id', 'once', ...INCLUDE];
  await shell.call(args);

  const again = await shell.call(args);

  expect(again).toMatchObject({ code: 0, out: 'once\n' });
  expect(again.err).toContain('nothing was enqueued');
});

test('a result that is not there yet is exit code 3', async () => {
  await using shell = await openShell();
  await shell.call(['enqueue', 'sums.add', '{"a":1,"b":1}', '--id', 'early', ...INCLUDE]);

  const { code, err } = await shell.call(['result', 'early', '--timeout', '50ms']);

  expect(code).toBe(3);
  expect(err).toContain('No result of job early yet');
});

test('a waiting job is cancelled for good, and its result says so', async () => {
  await using shell = await openShell();
  await shell.call(['enqueue', 'sums.add', '{"a":1,"b":1}', '--id', 'unwanted', ...INCLUDE]);

  const cancelled = await shell.call(['cancel', 'unwanted', '--reason', 'changed my mind']);
  const again = await shell.call(['cancel', 'unwanted']);
  const result = await shell.call(['result', 'unwanted']);

  expect(cancelled).toMatchObject({ code: 0, out: 'unwanted is cancelled.\n' });
  expect(again).toMatchObject({ code: 0, out: 'unwanted was cancelled before.\n' });
  expect(result.code).toBe(1);
  expect(result.err).toContain('changed my mind');
});

test('a running job is told to stop; watching it shows how it ends', async () => {
  await using shell = await openShell();
  await using _worker = await shell.worker();
  const marker = join(shell.folder, 'begun');
  const payload = JSON.stringify({ ms: 60_000, marker });
  await shell.call(['enqueue', 'naps.wait', payload, '--id', 'nap', ...INCLUDE]);
  await begun(marker);
  const watching = shell.start(['status', 'nap', '--watch']);
  await watching.line(/in_progress .*50 % half asleep/);

  const { code } = await shell.call(['cancel', 'nap', '--reason', 'enough']);
  const watched = await watching.finished;
  const { err } = await shell.call(['result', 'nap']);

  expect(code).toBe(0);
  expect(watched.code).toBe(0);
  expect(watched.out.trimEnd().split('\n').at(-1)).toMatch(/ cancelled /);
  expect(err).toContain('enough');
});

test('a job that has ended cannot be cancelled', async () => {
  await using shell = await openShell();
  await using _worker = await shell.worker();
  const args = ['enqueue', 'sums.add', '{"a":1,"b":1}', '--id', 'done', '--wait', ...INCLUDE];
  await shell.call(args);

  const { code, err } = await shell.call(['cancel', 'done']);

  expect(code).toBe(1);
  expect(err).toContain('had ended already: it is complete');
});

test.for([
  { wrong: 'JSON', args: ['sums.add', '{"a":1,'], says: '"payload" is no JSON (line 1 column' },
  { wrong: 'field', args: ['sums.add', '{"a":1}'], says: '"b": ' },
  { wrong: 'task', args: ['sums.subtract', '{}'], says: 'no task is named "sums.subtract"' },
])('a bad $wrong is refused by name, and nothing is enqueued', async ({ args, says }) => {
  await using shell = await openShell();

  const { code, out, err } = await shell.call(['enqueue', ...args, ...INCLUDE]);
  const info = await shell.call(['info', '--json']);

  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(err).toContain(says);
  expect(info.out).not.toContain('"sums"');
});

test.for(['status', 'result', 'cancel'])('%s of an unknown job is exit code 1', async (command) => {
  await using shell = await openShell();

  const { code, err } = await shell.call([command, 'nobody']);

  expect(code).toBe(1);
  expect(err).toContain('no queue holds a job "nobody"');
});

test('info counts jobs and workers by queue', async () => {
  await using shell = await openShell();
  await shell.call(['enqueue', 'sums.add', '{"a":1,"b":1}', '--delay', '1h', ...INCLUDE]);
  await shell.call(['enqueue', 'sums.add', '{"a":1,"b":1}', ...INCLUDE]);

  const table = await shell.call(['info']);
  const counts = await shell.call(['info', '--json']);

  expect(table.out).toMatch(/^queue +queued +scheduled +in progress/);
  expect(table.out).toMatch(/^sums +1 +1 +0 +0 +0 +0 +0$/m);
  expect(JSON.parse(counts.out)).toMatchObject({ sums: { queued: 1, scheduled: 1, workers: 0 } });
});

test('tasks lists the catalogue and included tasks with their fields', async () => {
  await using shell = await openShell();

  const text = await shell.call(['tasks', ...INCLUDE]);
  const json = await shell.call(['tasks', '--json']);

  expect(text.out).toContain('payload  { userEmail: email, userName: string, username: string }');
  expect(text.out).toMatch(/sums\.add\n {2}queue {4}sums\n/);
  expect(JSON.parse(json.out)).toContainEqual(
    expect.objectContaining({
      name: 'images.create-variant',
      queue: 'images',
      payload: expect.objectContaining({ required: ['imageId', 'variant'] }),
    }),
  );
});
