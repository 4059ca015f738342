import { eventually } from '@shared/testing';
import { expect, test } from 'vitest';
import { HANDLERS } from './handlers.ts';
import { openCelery } from './start-celery.ts';
import { watchBroker } from './watch-broker.ts';

/** The lines of what the broker is asked from now on. */
const watch = async ({ brokerUrl }: Awaited<ReturnType<typeof openCelery>>) => {
  const seen: string[] = [];
  const watching = await watchBroker(brokerUrl, (line) => void seen.push(line));
  return { seen, [Symbol.dispose]: () => watching[Symbol.dispose]() };
};

const PLACE = { db: 12, resultDb: 18 };

/** Others in the same Redis have databases of their own. */
const HELD = new RegExp(String.raw`\[${PLACE.db} \S+\] "hset" "unacked"`, 'i');

test('a lone message is made a job in the step that takes it, and is never held', async () => {
  await using celery = await openCelery(PLACE);
  await celery.worker(HANDLERS);
  // What the process does once is behind it.
  expect(await celery.python.run(`send('proj.add', 0, 1).get(timeout=30)`)).toBe(1);
  using commands = await watch(celery);

  for (let i = 0; i < 5; i += 1) {
    expect(await celery.python.run(`send('proj.add', ${i}, 1).get(timeout=30)`)).toBe(i + 1);
  }

  expect(commands.seen.filter((line) => HELD.test(line))).toEqual([]);
  await eventually(async () => expect(await celery.broker.exists('celery')).toBe(0));
});

test('what must be held is, and what comes in a crowd is taken in a crowd', async () => {
  await using celery = await openCelery(PLACE);
  await celery.worker(HANDLERS, { acksLate: true });
  using commands = await watch(celery);

  expect(await celery.python.run(`send('proj.add', 1, 1).get(timeout=30)`)).toBe(2);
  expect(
    await celery.python.run(
      `[r.get(timeout=30) for r in [send('proj.add', i, 1) for i in range(200)]] == list(range(1, 201))`,
    ),
  ).toBe(true);

  const held = commands.seen.filter((line) => HELD.test(line));
  expect(held.length).toBeGreaterThanOrEqual(201);
  await eventually(async () => expect(await celery.broker.hlen('unacked')).toBe(0));
});

test('two workers never make two jobs of a message', async () => {
  await using celery = await openCelery(PLACE);
  const first = await celery.worker(HANDLERS);
  // Of a platform of its own, so that nothing but the message stands between them.
  await celery.worker(HANDLERS, {}, { prefix: `${celery.prefix}-other` });

  const ran = await celery.python.run<[number, number]>(`
[len(ids), len(set(ids))] if (ids := [send('proj.add', i, 1).get(timeout=30) for i in range(100)]) else []`);

  expect(ran).toEqual([100, 100]);
  const totals = await celery.python.run<Record<string, { total: Record<string, number> }>>(
    `app.control.inspect(timeout=2).stats()`,
  );
  const counts = Object.values(totals).map(({ total }) => total['proj.add'] ?? 0);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(100);
  expect(Object.keys(totals)).toContain(first.nodename);
});
