import { randomUUID } from 'node:crypto';
import { addToIqdb, recalculateRating } from '@shared/contracts';
import { deleteImage, recalculateRating as count, recordSignature } from '@shared/database';
import { createIqdbClient, encodeSignature, type Signature, signatureOf } from '@shared/similarity';
import { startFakeIqdb } from '@shared/similarity/testing';
import { eventually } from '@shared/testing';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openIqdbSimilarity } from '../src/similarity/iqdb-similarity.ts';
import { newKey, registered } from './people.ts';
import { imageForm, pictures } from './pictures.ts';
import { type Api, OPERATOR_KEY, startApi } from './start-api.ts';

let api: Api;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api[Symbol.asyncDispose]());

type Person = { token: string };

const uploaded = async ({ token }: Person, at: Api = api): Promise<string> => {
  const body = imageForm(pictures.png);
  return (await at.call('POST /images/upload', { token, body })).body.image.id;
};

/** Signatures that share the first `shared` of 40 coefficients in each channel with one that shares all. */
const looks = (shared: number): Signature => ({
  averages: Float32Array.of(0.5, 0.1, 0.1),
  places: Int16Array.from({ length: 120 }, (_, at) =>
    at % 40 < shared ? 1_000 + (at % 40) : 2_000 + shared * 50 + (at % 40),
  ),
});

/** What a worker does when it has looked at an image. */
const index = (imageId: string, signature: Signature, at: Api = api) =>
  recordSignature(at.database, {
    imageId,
    signature: encodeSignature(signature),
    jobId: `job-${imageId}`,
    fence: 1,
  });

const similarTo = async (imageId: string, caller: object, query = '') => {
  const { status, body } = await api.call(`GET /images/${imageId}/similar${query}`, caller);
  expect(status).toBe(200);
  return (body.similar as { score: number; image: { id: string } }[]).map(({ score, image }) => ({
    score,
    id: image.id,
  }));
};

test('an upload has its image indexed, by a job that its owner can watch', async () => {
  const ada = await registered(api);

  const body = imageForm(pictures.png);
  const answer = await api.call('POST /images/upload', { token: ada.token, body });

  const record = await (await api.producer.jobById(answer.body.indexJobId)).record();
  expect(record).toMatchObject({
    task: addToIqdb.name,
    owner: ada.id,
    payload: { imageId: answer.body.image.id },
  });
});

test("the caller's images that look most alike are told, the best first, also new ones", async () => {
  const ada = await registered(api);
  const [one, twin, cousin] = [await uploaded(ada), await uploaded(ada), await uploaded(ada)];
  await index(one, looks(40));
  await index(cousin, looks(20));

  await eventually(async () => {
    expect(await similarTo(one, ada)).toEqual([{ id: cousin, score: expect.closeTo(50, 0) }]);
  });
  await index(twin, looks(40));
  const both = await eventually(async () => {
    const found = await similarTo(one, ada);
    expect(found).toHaveLength(2);
    return found;
  });

  expect(both.map(({ id }) => id)).toEqual([twin, cousin]);
  expect(both[0]?.score).toBe(100);
  expect(await similarTo(one, ada, '?minScore=90')).toEqual([{ id: twin, score: 100 }]);
  expect(await similarTo(one, ada, '?limit=1')).toHaveLength(1);
});

test('an image whose looks changed, or that was deleted, is no longer found as it was', async () => {
  const ada = await registered(api);
  const [one, twin, other] = [await uploaded(ada), await uploaded(ada), await uploaded(ada)];
  for (const id of [one, twin, other]) await index(id, looks(40));
  await eventually(async () => expect(await similarTo(one, ada)).toHaveLength(2));

  await index(twin, looks(0));
  await deleteImage(api.database, other);

  await eventually(async () => {
    const found = await similarTo(one, ada);
    expect(found.map(({ id }) => id)).toEqual([twin]);
    expect(found[0]?.score).toBeLessThan(1);
  });
});

test("nobody finds somebody else's images, but operators", async () => {
  const [ada, charles] = [await registered(api), await registered(api)];
  const [hers, his] = [await uploaded(ada), await uploaded(charles)];
  await index(hers, looks(31));
  await index(his, looks(31));

  await eventually(async () => {
    const everybodys = await similarTo(hers, { key: OPERATOR_KEY }, '?limit=50');
    expect(everybodys.map(({ id }) => id)).toContain(his);
  });

  expect(await similarTo(hers, ada)).toEqual([]);
  const foreign = await api.call(`GET /images/${his}/similar`, { token: ada.token });
  expect([foreign.status, foreign.body.error.code]).toEqual([404, 'image_not_found']);
});

test('an image that nobody has looked at yet has no similar ones yet', async () => {
  const ada = await registered(api);

  const { status, body } = await api.call(`GET /images/${await uploaded(ada)}/similar`, ada);

  expect([status, body.error.code]).toEqual([404, 'image_not_indexed']);
});

test.for([{ query: 'limit=0' }, { query: 'limit=51' }, { query: 'minScore=101' }])(
  'a search with ?$query is refused',
  async ({ query }) => {
    const ada = await registered(api);

    const { status, body } = await api.call(
      `GET /images/${await uploaded(ada)}/similar?${query}`,
      ada,
    );

    expect([status, body.error.code]).toEqual([400, 'invalid_request']);
  },
);

test('the api answers while its index is asked', async () => {
  const ada = await registered(api);
  const one = await uploaded(ada);
  await index(one, looks(40));
  const searches = Array.from({ length: 20 }, () => similarTo(one, ada));

  const [health] = await Promise.all([api.call('GET /health/live'), ...searches]);

  expect(health.status).toBe(200);
});

test('an IQDB server is asked instead where there is one, and its failure is a 503', async () => {
  await using server = await startFakeIqdb();
  await using other = await startApi({ similarity: openIqdbSimilarity(server.url) });
  const [ada, charles] = [await registered(other), await registered(other)];
  const ids = [
    await uploaded(ada, other),
    await uploaded(ada, other),
    await uploaded(charles, other),
  ];
  const iqdb = createIqdbClient(server.url);
  const red = sharp({ create: { width: 128, height: 128, channels: 3, background: 'red' } });
  const look = signatureOf(await red.clone().raw().toBuffer());
  for (const id of ids) {
    await iqdb.add(await index(id, look, other), await red.clone().png().toBuffer());
  }
  const target = `GET /images/${ids[0]}/similar`;

  const found = await other.call(target, ada);
  server.behave('failing');
  const failed = await other.call(target, ada);

  expect(found.body.similar.map(({ image }: { image: { id: string } }) => image.id)).toEqual([
    ids[1],
  ]);
  expect([failed.status, failed.body.error.code]).toEqual([503, 'similarity_unavailable']);
});

test("a person's vote is kept, and a job counts it", async () => {
  const [ada, charles] = [await registered(api), await registered(api)];
  const id = await uploaded(ada);

  const first = await api.call(`PUT /images/${id}/ratings`, { ...charles, json: { score: 2 } });
  const second = await api.call(`PUT /images/${id}/ratings`, { ...charles, json: { score: 5 } });

  expect(first.status).toBe(202);
  expect(await (await api.producer.jobById(first.body.jobId)).record()).toMatchObject({
    task: recalculateRating.name,
    owner: charles.id,
    payload: { imageId: id },
  });
  // The first one's job waits, and will see the second vote.
  expect([second.status, second.body.jobId]).toEqual([202, null]);
  await count(api.database, id);
  const { body } = await api.call(`GET /images/${id}`, ada);
  expect(body.image.rating).toEqual({ votes: 1, average: 5, bayesian: 5 });
});

test.for([
  { what: 'no score', json: {}, path: 'score' },
  { what: 'half a point', json: { score: 2.5 }, path: 'score' },
  { what: 'nothing', json: { score: 0 }, path: 'score' },
  { what: 'too much', json: { score: 6 }, path: 'score' },
])('a vote of $what is refused', async ({ json, path }) => {
  const ada = await registered(api);

  const { status, body } = await api.call(`PUT /images/${await uploaded(ada)}/ratings`, {
    ...ada,
    json,
  });

  expect([status, body.error.code, body.error.path]).toEqual([400, 'invalid_request', path]);
});

test('a vote for an image that is not there is refused, and so is one of a program', async () => {
  const ada = await registered(api);
  const { key } = await newKey(api);
  const json = { score: 3 };

  const answers = await Promise.all([
    api.call(`PUT /images/${randomUUID()}/ratings`, { token: ada.token, json }),
    api.call('PUT /images/none/ratings', { token: ada.token, json }),
    api.call(`PUT /images/${randomUUID()}/ratings`, { key, json }),
    api.call(`PUT /images/${randomUUID()}/ratings`, { json }),
  ]);

  expect(answers.map(({ status }) => status)).toEqual([404, 404, 403, 401]);
});
