import { type ImageVariant, recordVariant } from '@shared/database';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { OPERATOR_KEY, PUBLIC_URL, type Api, startApi } from './start-api.ts';
import { newKey, registered, registeredOperator } from './people.ts';
import { imageForm, pictures } from './pictures.ts';

let api: Api;
let token: string;
beforeAll(async () => {
  api = await startApi();
  ({ token } = await registered(api));
});
afterAll(() => api[Symbol.asyncDispose]());

const uploaded = async (): Promise<string> => {
  const body = imageForm(pictures.png);
  const answer = await api.call('POST /images/upload', { token, body });
  return answer.body.image.id;
};

/** What a worker does when it has made one. */
const makeVariant = async (imageId: string, change: Partial<ImageVariant> = {}) => {
  const { variant = 'thumbnail', format = 'jpeg' } = change;
  const key = `images/${imageId}/${variant}.${format}`;
  const content = Buffer.from(`${variant} as ${format}`);
  const contentType = `image/${format}`;
  await api.storage.put(key, content, { contentType });
  const size = { width: 250, height: 200, bytes: content.length };
  const made = { jobId: 'job', fence: 1 };
  const row = { imageId, variant, format, key, contentType, ...size, ...made };
  await recordVariant(api.database, row);
};

test('an image is shown with the variants that are ready, each with its address', async () => {
  const id = await uploaded();
  await makeVariant(id);

  const { status, body } = await api.call(`GET /images/${id}`, { token });

  expect(status).toBe(200);
  expect(body.image).toMatchObject({ id, contentType: 'image/png', url: `/images/${id}` });
  expect(body.image.variants).toEqual([
    {
      name: 'original',
      format: 'png',
      contentType: 'image/png',
      width: null,
      height: null,
      bytes: pictures.png.length,
      url: `/images/${id}/variants/original`,
      signedUrl: expect.stringContaining(`${PUBLIC_URL}/storage/images/${id}/original?`),
    },
    {
      name: 'thumbnail',
      format: 'jpeg',
      contentType: 'image/jpeg',
      width: 250,
      height: 200,
      bytes: 17,
      url: `/images/${id}/variants/thumbnail?format=jpeg`,
      signedUrl: expect.stringContaining(`/storage/images/${id}/thumbnail.jpeg?`),
    },
  ]);
});

test('a variant is not ready until it was made, and then comes with its type', async () => {
  const id = await uploaded();
  const target = `GET /images/${id}/variants/thumbnail`;

  const before = await api.call(target, { token });
  await makeVariant(id);
  const after = await api.call(target, { token });

  expect([before.status, before.body.error.code]).toEqual([404, 'variant_not_ready']);
  expect([after.status, after.body]).toEqual([200, 'thumbnail as jpeg']);
  expect(Object.fromEntries(after.headers)).toMatchObject({
    'content-type': 'image/jpeg',
    'content-length': '17',
    'cache-control': 'private, max-age=300',
    'x-content-type-options': 'nosniff',
    etag: expect.stringMatching(/^"[^"]+"$/),
  });
});

test('the original comes back byte for byte', async () => {
  const id = await uploaded();

  const response = await fetch(`${api.url}/images/${id}/variants/original`, {
    headers: { authorization: `Bearer ${token}` },
  });

  expect(response.headers.get('content-type')).toBe('image/png');
  expect(pictures.png.equals(Buffer.from(await response.arrayBuffer()))).toBe(true);
});

test('who has a variant already is told so, and HEAD gets no body', async () => {
  const id = await uploaded();
  await makeVariant(id);
  const path = `/images/${id}/variants/thumbnail`;
  const { headers } = await api.call(`GET ${path}`, { token });

  const again = await api.call(`GET ${path}`, {
    token,
    headers: { 'if-none-match': headers.get('etag') ?? '' },
  });
  const other = await api.call(`GET ${path}`, { token, headers: { 'if-none-match': '"older"' } });
  const head = await api.call(`HEAD ${path}`, { token });

  expect([again.status, again.body]).toEqual([304, '']);
  expect(other.status).toBe(200);
  expect([head.status, head.body, head.headers.get('content-length')]).toEqual([200, '', '17']);
});

test('of a variant in several formats one can be asked for', async () => {
  const id = await uploaded();
  for (const format of ['avif', 'jpeg', 'webp']) {
    await makeVariant(id, { variant: 'medium', format });
  }
  const ask = (query: string) => api.call(`GET /images/${id}/variants/medium${query}`, { token });

  expect((await ask('')).body).toBe('medium as jpeg');
  expect((await ask('?format=webp')).body).toBe('medium as webp');
  expect((await ask('?format=bmp')).body.error).toMatchObject({
    code: 'invalid_request',
    path: 'format',
  });
  expect((await ask('?size=9')).body.error).toMatchObject({ path: 'size' });
});

test('a variant that is only there in another format is shown, unless JPEG is asked for', async () => {
  const id = await uploaded();
  await makeVariant(id, { variant: 'large', format: 'webp' });

  const any = await api.call(`GET /images/${id}/variants/large`, { token });
  const jpeg = await api.call(`GET /images/${id}/variants/large?format=jpeg`, { token });

  expect(any.body).toBe('large as webp');
  expect(jpeg.body.error.code).toBe('variant_not_ready');
});

test('a variant that no image has is named as such', async () => {
  const id = await uploaded();

  const { status, body } = await api.call(`GET /images/${id}/variants/huge`, { token });

  expect([status, body.error.code]).toEqual([404, 'variant_not_found']);
  expect(body.error.fix).toContain('thumbnail');
});

test('an image is seen by its owner and by operators, and for others does not exist', async () => {
  const id = await uploaded();
  const stranger = await registered(api);
  const operator = await registeredOperator(api);
  const machine = await newKey(api);
  const unknown = '00000000-0000-4000-8000-000000000000';

  for (const path of ['', '/variants/original']) {
    const ask = (who: { token?: string; key?: string }, image = id) =>
      api.call(`GET /images/${image}${path}`, who);
    const foreign = await ask({ token: stranger.token });

    expect([foreign.status, foreign.body.error.code]).toEqual([404, 'image_not_found']);
    expect((await ask({ token: stranger.token }, unknown)).body).toEqual(foreign.body);
    expect((await ask({ key: machine.key })).body).toEqual(foreign.body);
    expect((await ask({ token: operator.token })).status).toBe(200);
    expect((await ask({ key: OPERATOR_KEY })).status).toBe(200);
    expect((await ask({})).status).toBe(401);
  }
});

test.for(['nonsense', '%00', '..%2f..%2fetc'])('an image id like %s finds nothing', async (id) => {
  const { status, body } = await api.call(`GET /images/${id}`, { token });

  expect([status, body.error.code]).toEqual([404, 'image_not_found']);
});

test('whoever has a signed address may look, and may change nothing of it', async () => {
  const id = await uploaded();
  await makeVariant(id);
  const { body } = await api.call(`GET /images/${id}`, { token });
  const signed = String(body.image.variants[1].signedUrl).replace(PUBLIC_URL, '');
  const other = signed.replace('thumbnail.jpeg', 'original');
  const later = signed.replace(/expires=\d+/, `expires=${Date.now() + 1e9}`);

  const shown = await api.call(`GET ${signed}`);
  const refused = [
    await api.call(`GET ${other}`),
    await api.call(`GET ${later}`),
    await api.call(`GET ${signed.split('?')[0]}`),
  ];

  expect([shown.status, shown.body]).toEqual([200, 'thumbnail as jpeg']);
  expect(shown.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
  expect(refused.map((answer) => [answer.status, answer.body.error.code])).toEqual(
    refused.map(() => [403, 'invalid_signature']),
  );
});

test.for(['/storage/..%2f..%2fetc%2fpasswd?expires=1&signature=0', '/storage/.hidden'])(
  'a key that leads elsewhere is found nowhere: %s',
  async (path) => {
    const { status, body } = await api.call(`GET ${path}`);

    expect([status, body.error.code]).toEqual([404, 'invalid_key']);
  },
);
