import { exampleTask } from '@shared/contracts';
import { testRedisUrl, uniquePrefix } from '@shared/testing';
import { expect, test } from 'vitest';
import { askCelery } from './celery-python.ts';
import { startBridge } from './start-bridge.ts';
import { startService } from './start-service.ts';

test('tasks that every Celery worker has run behind the bridge, and call those of the services', async () => {
  const brokerUrl = new URL('/2', testRedisUrl()).href;
  const queue = uniquePrefix();
  const env = { REDIS_URL: testRedisUrl(), QUEUE_PREFIX: queue, CELERY_BROKER_URL: brokerUrl };
  await using _bridge = await startBridge({ ...env, CELERY_QUEUES: `${queue},celery` });
  await using _service = await startService(env);
  const example = `sig('${exampleTask.python?.name ?? exampleTask.name}')`;
  const ask = (expression: string) => askCelery({ brokerUrl, queue }, expression);

  expect(
    await ask(`[
      xmap(${example}, ['a', 'b'], app=app).apply_async().get(timeout=30),
      chunks(${example}, [('c',), ('d',), ('e',)], 2, app=app).apply_async().get(timeout=30),
      app.send_task('celery.accumulate', ['x', 'y'], {'index': 1}).get(timeout=30),
      app.send_task('celery.backend_cleanup').get(timeout=30),
    ]`),
  ).toEqual([
    ['Processed: a', 'Processed: b'],
    [['Processed: c', 'Processed: d'], ['Processed: e']],
    'y',
    null,
  ]);
  expect(
    await ask(`(lambda body: (body.freeze(), app.send_task('celery.chord_unlock', ('gid', dict(body)), {
      'interval': 0.1, 'result': [${example}.clone(args=('f',)).apply_async().as_tuple()],
    }), app.AsyncResult(body.id).get(timeout=30))[-1])(sig('celery.accumulate'))`),
  ).toEqual([['Processed: f']]);
});
