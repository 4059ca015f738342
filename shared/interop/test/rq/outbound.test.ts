import { createRqClient } from '@shared/interop';
import { py } from '@shared/interop/pickle';
import { expect, test } from 'vitest';
import { openRqPython, type RqRelease } from './rq-python.ts';
import { rqRedisUrl, uniqueQueue } from './start-rq-worker.ts';

const RELEASES: readonly RqRelease[] = ['1.16.2', '3.0.0'];

test.for(RELEASES)('RQ %s runs what we enqueue, and we read it', async (version, context) => {
  const [redisUrl, queue] = [rqRedisUrl(4), uniqueQueue()];
  const python = await openRqPython(context, { redisUrl, queue, version });
  await using rq = createRqClient({ redisUrl });
  await using _worker = python.worker([queue, '--with-scheduler']);

  const sum = await rq.enqueue('suite_tasks.add', [2n ** 70n, 1], { queue });
  const kinds = await rq.enqueue('suite_tasks.kinds', [py.tuple([1, py.float(2)])], {
    queue,
    kwargs: { b: null, a: { deep: [true] } },
    meta: { user: 7 },
    keepResultMs: null,
  });
  const child = await rq.enqueue('suite_tasks.add', [1, 2], { queue, dependsOn: [sum.id] });
  const late = await rq.enqueue('suite_tasks.add', [3, 4], { queue, delayMs: 1_000 });
  const bad = await rq.enqueue('suite_tasks.fail', ['no such user'], { queue });

  expect(await sum.result()).toBe(2n ** 70n + 1n);
  expect(await kinds.result()).toEqual(['tuple', ['a', 'b'], [1, 2]]);
  expect(await kinds.meta()).toEqual({ user: 7 });
  expect(await child.result()).toBe(3);
  await expect(bad.result()).rejects.toThrow('ValueError: no such user');
  expect(await late.result()).toBe(7);
  const slow = await rq.enqueue('suite_tasks.nap', [60], { queue, id: `${queue}-slow` });
  await expect(
    rq.enqueue('suite_tasks.add', [1, 1], { queue, id: slow.id, unique: true }),
  ).rejects.toMatchObject({ code: 'duplicate_rq_job' });
  await expect.poll(slow.status, { timeout: 20_000 }).toBe('started');
  expect(await slow.stop()).toBe(true);
  await expect(slow.result()).rejects.toThrow('Job stopped by user');
});
