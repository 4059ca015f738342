import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { findUpload } from '@shared/database';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { clip } from './clips.ts';
import { registered } from './people.ts';
import { type Api, startApi } from './start-api.ts';

let api: Api;
let token: string;
beforeAll(async () => {
  api = await startApi();
  ({ token } = await registered(api));
});
afterAll(() => api[Symbol.asyncDispose]());

const VERSION = { 'tus-resumable': '1.0.0' };

const digest = (algorithm: string, content: Uint8Array) =>
  `${algorithm} ${createHash(algorithm).update(content).digest('base64')}`;

/** Where a new upload for so many bytes lies, and its id. */
const begun = async (length: number) => {
  const { headers } = await api.call('POST /videos/uploads', {
    token,
    headers: { ...VERSION, 'upload-length': String(length) },
  });
  const path = headers.get('location') ?? '';
  return { path, id: path.split('/').at(-1) ?? '' };
};

const patch = (path: string, offset: number, content: Uint8Array, checksum: string) =>
  api.call(`PATCH ${path}`, {
    token,
    headers: {
      ...VERSION,
      'content-type': 'application/offset+octet-stream',
      'upload-offset': String(offset),
      'upload-checksum': checksum,
    },
    body: new Uint8Array(content),
  });

const objectsOf = async (id: string) => {
  const keys = [];
  for await (const { key } of api.storage.list(`uploads/${id}/`)) keys.push(key);
  return keys;
};

test.for(['sha1', 'sha256'])('bytes with their %s are taken', async (algorithm) => {
  const content = clip(20_000_000);
  const { path, id } = await begun(content.length);
  const [first, second] = [content.subarray(0, 18_000_000), content.subarray(18_000_000)];

  const answers = [
    await patch(path, 0, first, digest(algorithm, first)),
    await patch(path, first.length, second, digest(algorithm, second)),
  ];

  expect(answers.map(({ status }) => status)).toEqual([204, 204]);
  const { body } = await api.storage.get(`videos/${id}/original`);
  expect((await buffer(body)).equals(content)).toBe(true);
});

test.for([
  { what: 'in one piece', bytes: 50_000 },
  { what: 'in so many that they are stored in several', bytes: 18_000_000 },
])('bytes that changed on their way, $what, are as if they had not come', async ({ bytes }) => {
  const content = clip(bytes);
  const { path, id } = await begun(content.length + 1);
  const spoilt = Buffer.from(content);
  spoilt[bytes - 1]! ^= 1;

  const refused = await patch(path, 0, spoilt, digest('sha1', content));
  const { offsetBytes } = (await findUpload(api.database, id)) ?? {};
  const left = await objectsOf(id);
  const again = await patch(path, 0, content, digest('sha1', content));

  expect(refused).toMatchObject({ status: 460, body: { error: { code: 'checksum_mismatch' } } });
  expect([offsetBytes, left]).toEqual([0, []]);
  expect(again.headers.get('upload-offset')).toBe(String(bytes));
});

test('a spoilt beginning does not end the upload, though it is no video', async () => {
  const content = clip(50_000);
  const { path } = await begun(content.length);

  const refused = await patch(path, 0, Buffer.alloc(50_000, 'x'), digest('sha256', content));
  const again = await patch(path, 0, content, digest('sha256', content));

  expect([refused.status, again.status]).toEqual([460, 204]);
});

test.for([
  { what: 'of an algorithm that is not offered', checksum: 'md5 1B2M2Y8AsgTpgAmY7PhCfg==' },
  { what: 'too short for its algorithm', checksum: 'sha1 1B2M2Y8AsgTpgAmY7PhCfg==' },
  { what: 'without a digest', checksum: 'sha1' },
])('a checksum $what is refused', async ({ checksum }) => {
  const { path } = await begun(50_000);

  const { status, body } = await patch(path, 0, clip(50_000), checksum);

  expect(status).toBe(400);
  expect(body.error).toMatchObject({ code: 'invalid_request', path: 'upload-checksum' });
});
