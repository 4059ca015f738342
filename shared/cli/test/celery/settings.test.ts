import { eventually } from '@shared/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { NODE, openPeers, type Peers, TO_NODE } from './peers.ts';

let peers: Peers;
const DESTINATION = `['${NODE}']`;

beforeAll(async () => {
  peers = await openPeers({
    db: 16,
    settings: {
      task_track_started: true,
      result_extended: true,
      result_expires: 120,
      task_acks_late: true,
      worker_prefetch_multiplier: 2,
      worker_send_task_events: true,
      broker_transport_options: { visibility_timeout: 30 },
    },
    env: {
      CELERY_TRACK_STARTED: 'true',
      CELERY_RESULT_EXTENDED: 'true',
      CELERY_RESULT_EXPIRES: '120',
      CELERY_ACKS_LATE: 'true',
      CELERY_PREFETCH_MULTIPLIER: '2',
      CELERY_TASK_EVENTS: 'true',
      CELERY_VISIBILITY_TIMEOUT: '30',
    },
  });
});

afterAll(() => peers?.[Symbol.asyncDispose]());

test('what was set is what celery inspect shows', async () => {
  const { theirs, ours } = await peers.execute(`
import json
(conf,) = app.control.inspect(${DESTINATION}, timeout=20).conf().values()
asked = ('result_expires', 'result_extended', 'task_acks_late', 'task_track_started', 'worker_prefetch_multiplier', 'worker_send_task_events', 'broker_transport_options')
print(json.dumps({name: conf[name] for name in asked}))
(stats,) = app.control.inspect(${DESTINATION}, timeout=20).stats().values()
print(stats['prefetch_count'])
print(app.control.broadcast('enable_events', reply=True, destination=${DESTINATION}, timeout=20))`);

  expect(ours).toBe(theirs);
  expect(ours).toContain('"task_track_started": true');
  expect(ours).toContain('task events already enabled');
});

test('what is stored meanwhile and at the end says the same, and leaves in time', async () => {
  await peers.execute(`app.send_task('shop.sleep', [600], {'note': 'é'}, task_id='runs')`);
  const stored = async (id: string) => {
    const { theirs, ours } = await peers.execute(`
import json
meta = json.loads(app.backend.client.get('celery-task-meta-${id}'))
own = {'date_done': type(meta['date_done']).__name__, 'worker': meta['worker'], 'traceback': bool(meta['traceback'])}
if isinstance(meta['result'], dict) and 'pid' in meta['result']:
    meta['result']['pid'] = 'int'
print(json.dumps({**meta, **own}, sort_keys=True), app.backend.client.ttl('celery-task-meta-${id}') > 100)`);
    expect(ours).toBe(theirs);
    return ours;
  };

  await eventually(async () => expect(await stored('runs')).toContain('"STARTED"'));
  await peers.call('control', 'terminate', 'KILL', 'runs', ...TO_NODE);
  await eventually(async () => expect(await stored('runs')).toContain('"REVOKED"'));
  await peers.execute(`
app.send_task('shop.add', [1, 2], task_id='good').get(timeout=30)
app.send_task('shop.retry', task_id='again').get(timeout=30)
app.send_task('shop.fail', ['ow'], task_id='bad').get(timeout=30, propagate=False)`);
  expect(await stored('good')).toContain('"name": "shop.add"');
  expect(await stored('again')).toContain('"retries": 1');
  expect(await stored('bad')).toContain('"FAILURE"');
});
