import { eventually } from '@shared/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { NODE, openPeers, type Peers, TO_NODE } from './peers.ts';

let peers: Peers;

type Event = Record<string, unknown> & { type: string; uuid?: string };

/** Everything that is said to whoever listens, as events of one map each. */
let heard: { theirs: Event[]; ours: Event[] } = { theirs: [], ours: [] };

const SCRIPT = `
import time
from celery.exceptions import TaskRevokedError, TimeLimitExceeded

def outcome(result):
    try:
        return result.get(timeout=30)
    except Exception as error:
        return error

def ended(name, **options):
    return outcome(app.send_task(name, task_id=name, **options))

ended('shop.add', args=[1, 'x' * 2000], kwargs={'note': 'é'}) # Fails: it takes no such argument.
outcome(app.send_task('shop.add', [1, 2], task_id='good'))
outcome(app.send_task('shop.add', [1, 2], task_id='shown', shadow='shady', countdown=0.5, expires=600))
ended('shop.fail', args=['ow'])
ended('shop.nobody')
ended('shop.requeue')
ended('shop.retry')
app.send_task('shop.ignore', task_id='shop.ignore')
outcome(app.send_task('shop.add', [1], task_id='expired', expires=-5))
app.control.revoke('revoked', reply=True, destination=['${NODE}'], timeout=20)
outcome(app.send_task('shop.add', [1], task_id='revoked'))
app.send_task('shop.sleep', [600], task_id='killed')
while not any(app.control.inspect(['${NODE}'], timeout=20).query_task('killed').values()):
    pass
while 'active' not in str(app.control.inspect(['${NODE}'], timeout=20).query_task('killed')):
    pass
app.control.revoke('killed', terminate=True, signal='SIGKILL', reply=True, destination=['${NODE}'], timeout=20)
outcome(app.send_task('shop.add', [1], task_id='last'))`;

/** Writes the events of each, one a line, into a list. */
const LISTEN = `
import json
def keep(event):
    app.backend.client.rpush('heard', json.dumps(event))
with app.connection() as connection:
    receiver = app.events.Receiver(connection, handlers={'*': keep})
    app.backend.client.set('listening', 1)
    receiver.capture(limit=None, timeout=None)`;

beforeAll(async () => {
  peers = await openPeers({
    db: 14,
    args: { theirs: ['-E'] },
    env: { CELERY_TASK_EVENTS: 'true' },
  });
  await using _listening = await peers.more(LISTEN);
  await peers.execute(`
while not app.backend.client.get('listening'):
    pass`);
  await peers.execute(SCRIPT);
  await peers.call('control', 'heartbeat', ...TO_NODE);
  await peers.execute(`
while not any(b'"freq": 2' in event for event in app.backend.client.lrange('heard', 0, -1)):
    pass`);
  peers.stop();
  expect(await peers.codes).toEqual({ theirs: 0, ours: 0 });
  heard = await eventually(async () => {
    const { theirs, ours } = await peers.execute(
      `print('[' + ','.join(map(bytes.decode, app.backend.client.lrange('heard', 0, -1))) + ']')`,
    );
    expect(theirs).toContain('worker-offline');
    expect(ours).toContain('worker-offline');
    return { theirs: JSON.parse(theirs) as Event[], ours: JSON.parse(ours) as Event[] };
  });
}, 120_000);

afterAll(() => peers?.[Symbol.asyncDispose]());

/** Values that are each worker's own; of these only the kind is compared. */
const OWN = new Set(
  'timestamp local_received clock pid runtime traceback eta expires loadavg processed active'.split(
    ' ',
  ),
);

const comparable = (event: Event) =>
  Object.fromEntries(
    Object.entries(event)
      .map(([key, value]) => [key, value !== null && OWN.has(key) ? typeof value : value] as const)
      .sort(([a], [b]) => a.localeCompare(b)),
  );

const about = (events: readonly Event[], id: string) =>
  events.filter(({ uuid }) => uuid === id).map(comparable);

test.for([
  { id: 'good', types: ['task-received', 'task-started', 'task-succeeded'] },
  { id: 'shown', types: ['task-received', 'task-started', 'task-succeeded'] },
  { id: 'shop.fail', types: ['task-received', 'task-started', 'task-failed'] },
  { id: 'shop.nobody', types: ['task-failed'] },
  { id: 'shop.ignore', types: ['task-received', 'task-started'] },
  { id: 'expired', types: ['task-revoked'] },
  { id: 'revoked', types: ['task-revoked'] },
  { id: 'killed', types: ['task-received', 'task-started', 'task-revoked'] },
  {
    id: 'shop.requeue',
    types: [
      'task-received',
      'task-started',
      'task-rejected',
      'task-received',
      'task-started',
      'task-succeeded',
    ],
  },
])('$id is told of as by a Python worker', ({ id, types }) => {
  const ours = about(heard.ours, id);

  expect(ours.map(({ type }) => type)).toEqual(types);
  expect(ours).toEqual(about(heard.theirs, id));
});

test('a retry is told of before what it leads to, which a Python worker does not always', () => {
  const ours = about(heard.ours, 'shop.retry');
  const inOrder = (events: typeof ours) =>
    events.toSorted((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));

  expect(ours.map(({ type }) => type)).toEqual([
    'task-received',
    'task-started',
    'task-retried',
    'task-received',
    'task-started',
    'task-succeeded',
  ]);
  expect(inOrder(ours)).toEqual(inOrder(about(heard.theirs, 'shop.retry')));
});

const kindsOf = (events: readonly Event[]) => {
  const told = events.filter(({ uuid }) => uuid === undefined);
  return [...new Set(told.map((event) => JSON.stringify(comparable(event))))].sort();
};

test('a worker comes, lives and goes as a Python worker does', () => {
  expect(kindsOf(heard.ours)).toEqual(kindsOf(heard.theirs));
  expect(heard.ours.at(-1)?.type).toBe('worker-offline');
});

test('every event says where and when in the order of the logical clock', () => {
  const clocks = heard.ours.map(({ clock }) => Number(clock));

  expect(clocks).toEqual(clocks.toSorted((a, b) => a - b));
  expect(new Set(heard.ours.map(({ hostname }) => hostname))).toEqual(new Set([NODE]));
});
