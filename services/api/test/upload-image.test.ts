import { readdir, stat } from 'node:fs/promises';
import { request as openRequest } from 'node:http';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { findImage, images } from '@shared/database';
import { eventually } from '@shared/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newKey, registered } from './people.ts';
import { imageForm, others, pictures } from './pictures.ts';
import { type Api, startApi } from './start-api.ts';

const MAX_BYTES = 262_144;

let api: Api;
let token: string;
let userId: string;
beforeAll(async () => {
  api = await startApi({ maxUploadBytes: MAX_BYTES });
  ({ token, id: userId } = await registered(api));
});
afterAll(() => api[Symbol.asyncDispose]());

const upload = (body: NonNullable<RequestInit['body']>, headers: Record<string, string> = {}) =>
  api.call('POST /images/upload', { token, body, headers });

const kept = async ({ storage, database }: Api = api) => {
  const objects: string[] = [];
  for await (const { key } of storage.list('')) objects.push(key);
  const rows = await database.select().from(images);
  return { objects, rows: rows.map(({ storageKey }) => storageKey).toSorted() };
};

/** Files that are being written right now. */
const incoming = async () => {
  const folder = join(api.folder, 'incoming');
  const names = await readdir(folder);
  return Promise.all(names.map(async (name) => (await stat(join(folder, name))).size));
};

test('an image is kept byte for byte and its three variants are on their way', async () => {
  const { status, body } = await upload(imageForm(pictures.jpeg, { name: 'Straße 7.jpg' }));

  expect(status).toBe(202);
  const { id } = body.image;
  expect(body).toEqual({
    image: {
      id,
      url: `/images/${id}`,
      contentType: 'image/jpeg',
      width: null,
      height: null,
      bytes: pictures.jpeg.length,
      originalName: 'Straße 7.jpg',
      createdAt: expect.stringMatching(/Z$/),
      variants: [expect.objectContaining({ name: 'original', format: 'jpeg' })],
    },
    jobs: [
      { task: 'images.create-thumbnail', variant: 'thumbnail' },
      { task: 'images.create-variant', variant: 'medium' },
      { task: 'images.create-variant', variant: 'large' },
    ].map((job, index) => ({
      ...job,
      jobId: body.jobs[index].jobId,
      statusUrl: `/jobs/status/${body.jobs[index].jobId}`,
    })),
    indexJobId: expect.stringContaining('images'),
    jobId: body.jobs[0].jobId,
  });
  const original = await api.storage.get(`images/${id}/original`);
  expect(original.contentType).toBe('image/jpeg');
  expect(pictures.jpeg.equals(await buffer(original.body))).toBe(true);
  await expect(findImage(api.database, id)).resolves.toMatchObject({ ownerId: userId });
  const records = await Promise.all(
    body.jobs.map(async ({ jobId }: { jobId: string }) =>
      (await api.producer.jobById(jobId)).record(),
    ),
  );
  expect(records).toMatchObject([
    { payload: { imageId: id }, owner: userId, origin: 'http' },
    { payload: { imageId: id, variant: 'medium', format: 'jpeg' }, owner: userId },
    { payload: { imageId: id, variant: 'large', format: 'jpeg' }, owner: userId },
  ]);
});

test.for(Object.entries(pictures))(
  'a %s is known by its content, whatever its name and type say',
  async ([format, content]) => {
    const { status, body } = await upload(
      imageForm(content, { name: 'page.html', type: 'text/html' }),
    );

    expect(status).toBe(202);
    expect(body.image.contentType).toBe(`image/${format}`);
  },
);

test.for(Object.entries(others))(
  'a file that is no image we take is refused and not kept: %s',
  async ([, content]) => {
    const before = await kept();

    const { status, body } = await upload(imageForm(content));

    expect([status, body.error.code, body.error.path]).toEqual([415, 'unsupported_image', 'image']);
    await expect(kept()).resolves.toEqual(before);
  },
);

test('the name of a file is kept for people and never becomes a path', async () => {
  const name = '../../../etc/cron.d/evil';

  const { status, body } = await upload(imageForm(pictures.png, { name }));

  expect(status).toBe(202);
  expect(body.image.originalName).not.toContain('/');
  const { objects } = await kept();
  expect(objects.filter((key) => !/^images\/[0-9a-f-]{36}\/original$/.test(key))).toEqual([]);
});

test('an image of exactly the limit is taken', async () => {
  const content = Buffer.concat([pictures.jpeg, Buffer.alloc(MAX_BYTES - pictures.jpeg.length)]);

  const { status, body } = await upload(imageForm(content));

  expect([status, body.image?.bytes]).toEqual([202, MAX_BYTES]);
});

const tooLarge = Buffer.concat([pictures.jpeg, Buffer.alloc(MAX_BYTES)]);

test.for([
  { how: 'says its length', body: () => imageForm(tooLarge) },
  {
    how: 'says a length far over it',
    body: () => imageForm(Buffer.alloc(MAX_BYTES * 8, tooLarge)),
  },
  { how: 'does not say its length', body: () => new Response(imageForm(tooLarge)) },
])('an image over the limit that $how is refused and not kept', async ({ body }) => {
  const before = await kept();
  const sent = body();
  const type = sent instanceof Response ? sent.headers.get('content-type') : null;

  const answer = await upload(
    sent instanceof Response ? (sent.body ?? '') : sent,
    type === null ? {} : { 'content-type': type },
  );

  expect([answer.status, answer.body.error.code]).toEqual([413, 'upload_too_large']);
  await expect(kept()).resolves.toEqual(before);
  await expect(incoming()).resolves.toEqual([]);
});

const form = (...parts: [string, string | Buffer][]) => {
  const body = new FormData();
  for (const [name, value] of parts) {
    if (typeof value === 'string') body.append(name, value);
    else body.append(name, new Blob([new Uint8Array(value)]), 'a.jpg');
  }
  return body;
};

test.for([
  {
    what: 'two images',
    body: form(['image', pictures.jpeg], ['image', pictures.png]),
    path: 'image',
  },
  { what: 'a file in another field', body: form(['photo', pictures.jpeg]), path: 'photo' },
  { what: 'a text in the field', body: form(['image', 'words']), path: 'image' },
  {
    what: 'a text beside the image',
    body: form(['image', pictures.jpeg], ['title', 'words']),
    path: 'title',
  },
  { what: 'no file', body: form(), path: 'image' },
])('a body with $what is refused and nothing of it is kept', async ({ body, path }) => {
  const before = await kept();

  const answer = await upload(body);

  expect([answer.status, answer.body.error.code]).toEqual([400, 'invalid_upload']);
  expect(answer.body.error.path).toBe(path);
  await expect(kept()).resolves.toEqual(before);
});

const start =
  '--b\r\ncontent-disposition: form-data; name="image"; filename="a.jpg"\r\ncontent-type: image/jpeg\r\n\r\n';

test.for([
  {
    what: 'stops in the middle of its file',
    body: Buffer.concat([Buffer.from(start), pictures.jpeg]),
  },
  {
    what: 'stops before the end of the form',
    body: Buffer.concat([Buffer.from(start), pictures.jpeg, Buffer.from('\r\n--b\r\n')]),
  },
  { what: 'is none', body: Buffer.from('no multipart at all') },
])('a multipart body that $what is refused and not kept', async ({ body }) => {
  const before = await kept();

  const answer = await upload(body, { 'content-type': 'multipart/form-data; boundary=b' });

  expect([answer.status, answer.body.error.code]).toEqual([400, 'invalid_upload']);
  await expect(kept()).resolves.toEqual(before);
  await expect(incoming()).resolves.toEqual([]);
});

test.for([
  { type: 'application/json', status: 415, code: 'unsupported_media_type', body: '{}' },
  { type: 'image/jpeg', status: 415, code: 'unsupported_media_type', body: pictures.jpeg },
  { type: 'multipart/form-data', status: 400, code: 'invalid_upload', body: 'x' },
])('a body of type $type is refused with $code', async ({ type, body, status, code }) => {
  const answer = await upload(typeof body === 'string' ? body : new Uint8Array(body), {
    'content-type': type,
  });

  expect([answer.status, answer.body.error.code]).toEqual([status, code]);
});

test('an image is written as it comes, and a client that leaves in the middle leaves nothing', async () => {
  const before = await kept();
  const sent = Buffer.concat([pictures.jpeg, Buffer.alloc(150_000)]);
  const request = openRequest(`${api.url}/images/upload`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'multipart/form-data; boundary=b',
    },
  });
  request.on('error', () => {});
  request.write(start);
  request.write(sent);
  // More than a few chunks are on disk while the rest has not been sent.
  await eventually(async () => expect((await incoming()).at(0)).toBeGreaterThan(65_536));

  request.destroy();

  await eventually(async () => expect(await incoming()).toEqual([]));
  await expect(kept()).resolves.toEqual(before);
});

test('uploading is for people who are logged in', async () => {
  const { key } = await newKey(api);

  const nobody = await api.call('POST /images/upload', { body: imageForm(pictures.jpeg) });
  const machine = await api.call('POST /images/upload', { body: imageForm(pictures.jpeg), key });

  expect([nobody.status, nobody.body.error.code]).toEqual([401, 'unauthenticated']);
  expect(nobody.headers.get('www-authenticate')).toBe('Bearer');
  expect([machine.status, machine.body.error.code]).toEqual([403, 'forbidden']);
});

test('an image whose jobs cannot be enqueued is not kept, so that it can be sent again', async () => {
  await using cut = await startApi({ redisUrl: 'redis://127.0.0.1:1' });
  const person = await registered(cut);

  const { status, body, headers } = await cut.call('POST /images/upload', {
    token: person.token,
    body: imageForm(pictures.jpeg),
  });

  expect([status, body.error.code]).toEqual([503, 'queue_unavailable']);
  expect(headers.get('retry-after')).toBe('5');
  await expect(kept(cut)).resolves.toEqual({ objects: [], rows: [] });
});
