import { expect, test } from 'vitest';
import { createIqdbClient } from '../src/iqdb-client.ts';
import { startFakeIqdb } from './fake-iqdb.ts';
import { scene, signatureOfPhoto } from './photos.ts';

test('pictures are added under their numbers and found by their signatures', async () => {
  await using server = await startFakeIqdb();
  const iqdb = createIqdbClient(server.url);
  const photos = [await scene(1), await scene(2), await scene(3)];
  for (const [at, photo] of photos.entries()) await iqdb.add(at + 100, photo);

  const found = await iqdb.search(await signatureOfPhoto(photos[1]!), { limit: 2 });

  expect(found).toHaveLength(2);
  expect(found[0]).toEqual({ number: 101, score: expect.closeTo(100, 1) });
  expect(await iqdb.count()).toBe(3);
});

test('a picture that is added twice is there once', async () => {
  await using server = await startFakeIqdb();
  const iqdb = createIqdbClient(`${server.url}/`);
  const photo = await scene(1);

  await iqdb.add(1, photo);
  await iqdb.add(1, photo);

  expect(await iqdb.count()).toBe(1);
});

test('a server that fails may work the next time', async () => {
  await using server = await startFakeIqdb();
  const iqdb = createIqdbClient(server.url);
  server.behave('failing');

  await expect(iqdb.count()).rejects.toMatchObject({
    code: 'similarity_unavailable',
    retryable: true,
    message: expect.stringContaining('answered 500'),
  });
});

test('what does not answer, or is no IQDB, is told apart', async () => {
  const nobody = createIqdbClient('http://127.0.0.1:1');

  await expect(nobody.count()).rejects.toMatchObject({
    message: expect.stringContaining('does not answer'),
  });
});

test('a caller who stops waiting gets their own reason', async () => {
  await using server = await startFakeIqdb();
  server.behave('silent');
  const stop = new AbortController();

  const adding = createIqdbClient(server.url).add(1, await scene(1), { signal: stop.signal });
  stop.abort(new Error('cancelled'));

  await expect(adding).rejects.toThrow('cancelled');
});
