import { createThumbnail, keepHouse } from '@shared/contracts';
import { eventually } from '@shared/testing';
import { expect, test } from 'vitest';
import { followEvents } from './follow-events.ts';
import { newcomer, newKey, registered } from './people.ts';
import { imageForm, pictures } from './pictures.ts';
import { severableRedis } from './severable-redis.ts';
import { startApi } from './start-api.ts';

const SOON_MS = 8_000;

test('when Redis goes and comes back, requests fail soon and then work again', async () => {
  await using redis = await severableRedis();
  await using api = await startApi({ redisUrl: redis.url });
  const { token } = await registered(api);
  const upload = () => api.call('POST /images/upload', { token, body: imageForm(pictures.jpeg) });
  expect((await upload()).status).toBe(202);

  await redis.cut();
  const startedAt = performance.now();
  const during = await upload();
  const newcomers = await api.call('POST /register', { json: newcomer() });
  const tookMs = performance.now() - startedAt;
  await redis.mend();

  expect([during.status, during.body.error.code]).toEqual([503, 'queue_unavailable']);
  // The welcome mail is held in the database until Redis is back.
  expect([newcomers.status, newcomers.body.jobId]).toEqual([
    201,
    expect.stringContaining('welcome-'),
  ]);
  expect(tookMs).toBeLessThan(SOON_MS);
  await eventually(async () => expect((await upload()).status).toBe(202), { timeoutMs: 10_000 });
  const welcome = () => api.producer.jobById(newcomers.body.jobId);
  await eventually(async () => expect(await (await welcome()).status()).toBe('queued'), {
    timeoutMs: 30_000,
  });
});

test('a stream whose Redis goes says so and ends', async () => {
  await using redis = await severableRedis();
  await using api = await startApi({ redisUrl: redis.url });
  const person = await registered(api);
  const options = { owner: person.id, delayMs: 60_000 };
  const { id } = await api.producer.enqueue(createThumbnail, { imageId: 'photo' }, options);
  await using events = await followEvents(api.url, id, person);
  await events.until(({ data }) => data.status === 'scheduled');

  await redis.cut();
  const all = await events.toEnd();

  expect(all.at(-1)).toEqual({
    event: 'error',
    data: {
      error: {
        code: 'queue_unavailable',
        message: expect.any(String),
        fix: expect.any(String),
        path: null,
      },
    },
  });
});

test('a job that may wait on the disk is taken while Redis is away, and is there once it is back', async () => {
  await using redis = await severableRedis();
  await using api = await startApi({ redisUrl: redis.url, spools: true });
  const { key } = await newKey(api);
  const json = { payload: {}, options: { id: 'waits', whenDown: 'spool' } };
  await redis.cut();

  const { status, body } = await api.call(`POST /tasks/${keepHouse.name}`, { key, json });
  await redis.mend();

  expect([status, body.jobId]).toEqual([202, 'waits']);
  await eventually(
    async () => expect(await (await api.producer.jobById('waits')).status()).toBe('queued'),
    { timeoutMs: 30_000 },
  );
});
