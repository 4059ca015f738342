import { eventually } from '@shared/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { NODE, openPeers, type Peers, TO_NODE } from './peers.ts';

let peers: Peers;

beforeAll(async () => {
  peers = await openPeers({ db: 12 });
});

afterAll(() => peers?.[Symbol.asyncDispose]());

/** What both answer, which is the same. */
const alike = async (...line: string[]) => {
  const { theirs, ours } = await peers.call(...line);

  expect(ours).toEqual(theirs);
  return ours;
};

const control = (command: string) => alike('control', ...command.split(' '), ...TO_NODE);

test.for([
  'rate_limit',
  'rate_limit shop.add',
  'rate_limit shop.add 10/m',
  'rate_limit shop.add 5',
  'rate_limit shop.add 2.5/h',
  'rate_limit shop.add 1e2',
  'rate_limit shop.add 0/m',
  'rate_limit shop.add 0',
  'rate_limit shop.add 10/x',
  'rate_limit shop.add a/b/c',
  'rate_limit shop.add soon',
  'rate_limit shop.nobody 1/s',
  'rate_limit shop.nobody soon',
  'time_limit',
  'time_limit shop.add',
  'time_limit shop.add 5',
  'time_limit shop.add 5 10',
  'time_limit shop.add five',
  'time_limit shop.nobody 5',
])('celery control %s is answered, and shown of the task, as by a Python worker', async (line) => {
  await control(line);

  const items = ['rate_limit', 'time_limit', 'soft_time_limit'];
  await alike('inspect', 'registered', ...items, ...TO_NODE, '--json');
});

test.for([
  'revoke',
  'revoke a',
  'revoke a b c',
  'terminate',
  'terminate SIGTERM',
  'terminate TERM nobody',
  'terminate term nobody',
  'terminate 15 nobody',
  'terminate NOSIG nobody',
  'revoke_by_stamped_headers',
  'revoke_by_stamped_headers a=b',
  'revoke_by_stamped_headers a=b c=d=e',
  'revoke_by_stamped_headers nonsense',
  'pool_restart',
  'pool_grow many',
  'autoscale',
  'autoscale 3 1',
  'enable_events',
  'enable_events',
  'disable_events',
  'disable_events',
  'heartbeat',
  'election a b c',
  'no_such_command',
  'ping',
])('celery control %s is answered as by a Python worker', async (line) => {
  await control(line);
});

test.for([
  ['revoke', {}],
  ['revoke', { task_id: null }],
  ['revoke', { task_id: 'nobody', terminate: true, signal: 9 }],
  ['revoke', { task_id: ['nobody'], terminate: 1, signal: 'kill' }],
  ['revoke_by_stamped_headers', { headers: { a: ['b', 'c'] }, terminate: true }],
  ['revoke_by_stamped_headers', { headers: { a: 'b' }, signal: 'NONE' }],
  ['terminate', { signal: 'TERM' }],
  ['query_task', {}],
  ['election', {}],
  ['hello', {}],
  ['hello', { from_node: NODE }],
  ['rate_limit', { task_name: 'shop.add', rate_limit: 3 }],
  ['rate_limit', { task_name: 'shop.add', rate_limit: 0 }],
  ['rate_limit', { task_name: 'shop.add', rate_limit: null }],
  ['registered', { builtins: true }],
  ['dump_tasks', { taskinfoitems: ['name', '_x'] }],
  ['dump_active', {}],
  ['dump_reserved', {}],
  ['dump_schedule', {}],
  ['pool_grow', { n: 0 }],
  ['enable_events', { more: 1 }],
  ['autoscale', { more: 1 }],
  ['active_queues', { more: 1 }],
  ['report', { more: 1 }],
  ['ping', { more: 1 }],
  ['no_such_command', {}],
] as const)('the command %s with %j is answered as by a Python worker', async ([method, given]) => {
  const source = `import json
print(app.control.broadcast('${method}', arguments=json.loads(${JSON.stringify(JSON.stringify(given))}), reply=True, destination=['${NODE}'], timeout=20))`;

  const { theirs, ours } = await peers.execute(source);

  expect(comparable(ours)).toBe(comparable(theirs));
});

const comparable = (text: string) =>
  text.replaceAll(/(\/)\d+'/g, "$1<db>'").replace(/'include': \[[^\]]*\]/, "'include': <modules>");

const activeQueues = () => alike('inspect', 'active_queues', ...TO_NODE, '--json');

test('queues are added and given up', async () => {
  await control('add_consumer');
  await control('cancel_consumer');
  for (const line of ['q1', 'q1', 'q2 media topic video.#']) {
    await control(`add_consumer ${line}`);
    // A Python worker does it a moment later.
    await eventually(activeQueues);
  }
  expect((await activeQueues()).out).toContain('video.#');
  await alike('list', 'bindings');
  for (const name of ['q1', 'nobody']) {
    await control(`cancel_consumer ${name}`);
    await eventually(activeQueues);
  }
  expect((await activeQueues()).out).not.toContain('q1');
});

/** Slots, prefetched messages and what the pool began with. */
const poolOf = async () => {
  const { theirs, ours } = await peers.execute(
    `stats = app.control.inspect(['${NODE}'], timeout=20).stats()['${NODE}']
pool = stats['pool']
print(pool['max-concurrency'], len(pool['processes']), stats['prefetch_count'])`,
  );
  expect(ours).toBe(theirs);
  return ours.trim();
};

test('the pool grows and shrinks, but for what is busy', async () => {
  const before = await poolOf();
  for (const { line, pool } of [
    { line: 'pool_grow', pool: '1 2 8' },
    { line: 'pool_grow 2', pool: '1 4 16' },
    { line: 'pool_shrink', pool: '1 3 12' },
    { line: 'pool_shrink 2', pool: '1 1 4' },
  ]) {
    await control(line);
    await eventually(async () => expect(await poolOf()).toBe(pool));
  }
  await peers.execute(`app.send_task('shop.sleep', [600], task_id='busy')`);
  await eventually(async () =>
    expect((await alike('inspect', 'query_task', 'busy', ...TO_NODE)).out).toContain('active'),
  );

  expect((await control('pool_shrink')).out).toContain('All processes busy');
  expect(await poolOf()).toBe(before);
});

test('tasks that run and that wait are terminated', async () => {
  await peers.execute(`
app.send_task('shop.add', [1], task_id='waits')
app.send_task('shop.add', [1], task_id='later', countdown=600)`);
  await eventually(async () => {
    const { out } = await alike('inspect', 'query_task', 'waits', 'later', ...TO_NODE, '--json');
    expect(out).toContain('later');
    expect(out).toContain('waits');
  });

  for (const line of ['SIGTERM waits', 'SIGTERM later', 'SIGKILL busy'])
    expect((await control(`terminate ${line}`)).out).toContain('terminate: ');

  for (const [id, raised] of Object.entries({
    busy: 'terminated',
    waits: 'revoked',
    later: 'revoked',
  }))
    await eventually(async () => {
      const { theirs, ours } = await peers.execute(`result = AsyncResult('${id}')
print(result.state, repr(result.result))`);
      expect(theirs).toBe(`REVOKED TaskRevokedError('${raised}')\n`);
      expect(ours).toBe(theirs);
    });
});

test('a command of a task by hand, its result, and a purge', async () => {
  await alike('call', 'shop.add', '-a', '[1, 2]');
  await peers.execute(`app.send_task('shop.add', [3, 4], task_id='sum').get(timeout=20)`);

  expect((await alike('result', 'sum')).out).toBe('7\n');
  expect((await alike('purge', '-f')).out).toContain('No messages purged from 1 queue');
});

test('a shutdown is obeyed, and says nothing', async () => {
  await control('shutdown');

  expect(await peers.codes).toEqual({ theirs: 0, ours: 0 });
});
