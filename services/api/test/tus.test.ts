import { once } from 'node:events';
import { connect } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { findUpload, listUploadParts, uploads } from '@shared/database';
import { eventually } from '@shared/testing';
import { eq } from 'drizzle-orm';
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

const base64 = (text: string) => Buffer.from(text).toString('base64');

const begin = (length: number, headers: Record<string, string> = {}) =>
  api.call('POST /videos/uploads', {
    token,
    headers: { ...VERSION, 'upload-length': String(length), ...headers },
  });

/** Where a new upload for so many bytes lies. */
const begun = async (length: number, headers?: Record<string, string>) => {
  const { headers: answer } = await begin(length, headers);
  return answer.get('location') ?? '';
};

const patch = (
  path: string,
  offset: number,
  content: Uint8Array,
  more: Record<string, string> = {},
) =>
  api.call(`PATCH ${path}`, {
    token,
    headers: {
      ...VERSION,
      'content-type': 'application/offset+octet-stream',
      'upload-offset': String(offset),
      ...more,
    },
    body: new Uint8Array(content),
  });

const head = (path: string) => api.call(`HEAD ${path}`, { token, headers: VERSION });

const idOf = (path: string) => path.split('/').at(-1) ?? '';

const keysBelow = async (prefix: string) => {
  const keys = [];
  for await (const { key } of api.storage.list(prefix)) keys.push(key);
  return keys;
};

test('the server says what it can do', async () => {
  const { status, headers } = await api.call('OPTIONS /videos/uploads');

  expect(status).toBe(204);
  expect(Object.fromEntries(headers)).toMatchObject({
    'tus-resumable': '1.0.0',
    'tus-version': '1.0.0',
    'tus-extension': 'creation,creation-with-upload,termination,expiration,checksum',
    'tus-checksum-algorithm': 'sha1,sha256',
    'tus-max-size': String(20 * 1_048_576),
  });
});

test('a video in three requests becomes one object and one job', async () => {
  const content = clip(20_000_000);
  const metadata = `filename ${base64('ferien äöü.mp4')},quality ${base64('480p')},empty`;
  const path = await begun(content.length, { 'upload-metadata': metadata });

  const first = await patch(path, 0, content.subarray(0, 9_000_000));
  const middle = await head(path);
  const second = await patch(path, 9_000_000, content.subarray(9_000_000, 9_000_001));
  const last = await patch(path, 9_000_001, content.subarray(9_000_001));

  expect([first.status, second.status, last.status]).toEqual([204, 204, 204]);
  expect(first.headers.get('upload-offset')).toBe('9000000');
  expect(Date.parse(first.headers.get('upload-expires') ?? '')).toBeGreaterThan(Date.now());
  expect(Object.fromEntries(middle.headers)).toMatchObject({
    'upload-offset': '9000000',
    'upload-length': '20000000',
    'upload-metadata': `filename ${base64('ferien äöü.mp4')},quality ${base64('480p')}`,
    'cache-control': 'no-store',
  });
  const id = idOf(path);
  expect(last.headers.get('upload-offset')).toBe('20000000');
  expect(last.headers.get('video-id')).toBe(id);
  expect(last.headers.get('job-id')).toBe(`video-${id}`);
  const { body, contentType } = await api.storage.get(`videos/${id}/original`);
  expect((await buffer(body)).equals(content)).toBe(true);
  expect(contentType).toBe('video/mp4');
  expect(await keysBelow('uploads/')).toEqual([]);
  expect(await listUploadParts(api.database, id)).toEqual([]);
  const record = await (await api.producer.jobById(`video-${id}`)).record();
  expect(record.payload).toMatchObject({ processingOptions: { quality: ['480p'] } });
  const shown = await api.call(`GET /videos/${id}`, { token });
  expect(shown.body.video).toMatchObject({ bytes: 20_000_000, originalName: 'ferien äöü.mp4' });
  const after = await head(path);
  expect(after.headers.get('job-id')).toBe(`video-${id}`);
});

/** Sends the beginning of a PATCH over a connection that breaks once the system has taken all of it. */
const breakOff = async (path: string, content: Uint8Array): Promise<void> => {
  const { hostname, port } = new URL(api.url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  socket.write(
    [
      `PATCH ${path} HTTP/1.1`,
      `host: ${hostname}`,
      `authorization: Bearer ${token}`,
      'tus-resumable: 1.0.0',
      'content-type: application/offset+octet-stream',
      'upload-offset: 0',
      `content-length: ${content.length}`,
      '\r\n',
    ].join('\r\n'),
  );
  await new Promise((resolve) => socket.write(content.subarray(0, content.length / 2), resolve));
  socket.destroy();
};

test('what has arrived when the connection breaks is kept, and the upload goes on from there', async () => {
  const content = clip(4_000_000);
  const path = await begun(content.length);

  await breakOff(path, content);

  const offset = await eventually(async () => {
    const { offsetBytes = 0 } = (await findUpload(api.database, idOf(path))) ?? {};
    expect(offsetBytes).toBeGreaterThan(0);
    return offsetBytes;
  });
  expect((await head(path)).headers.get('upload-offset')).toBe(String(offset));
  const last = await patch(path, offset, content.subarray(offset));

  expect(offset).toBeLessThanOrEqual(2_000_000);
  expect(last.headers.get('video-id')).toBe(idOf(path));
  const { body } = await api.storage.get(`videos/${idOf(path)}/original`);
  expect((await buffer(body)).equals(content)).toBe(true);
});

test('two that send the same bytes at once do not spoil the upload', async () => {
  const content = clip(9_000_000);
  const path = await begun(content.length);

  const answers = await Promise.all([patch(path, 0, content), patch(path, 0, content)]);

  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([204, 409]);
  const { body } = await api.storage.get(`videos/${idOf(path)}/original`);
  expect((await buffer(body)).equals(content)).toBe(true);
  expect(await keysBelow(`uploads/${idOf(path)}`)).toEqual([]);
});

test('the first bytes may come with the creation', async () => {
  const content = clip(50_000);

  const { status, headers } = await api.call('POST /videos/uploads', {
    token,
    headers: {
      ...VERSION,
      'upload-length': '50000',
      'content-type': 'application/offset+octet-stream',
    },
    body: new Uint8Array(content),
  });

  expect(status).toBe(201);
  expect(headers.get('upload-offset')).toBe('50000');
  expect(headers.get('video-id')).toBe(idOf(headers.get('location') ?? ''));
});

test('an upload that is given up leaves nothing', async () => {
  const path = await begun(100_000);
  await patch(path, 0, clip(50_000));
  expect(await keysBelow(`uploads/${idOf(path)}`)).toHaveLength(1);

  const gone = await api.call(`DELETE ${path}`, { token, headers: VERSION });

  expect(gone.status).toBe(204);
  expect(await keysBelow(`uploads/${idOf(path)}`)).toEqual([]);
  expect((await head(path)).status).toBe(404);
});

test('where no PATCH gets through, a POST says that it is one', async () => {
  const path = await begun(100_000);

  const { status, headers } = await api.call(`POST ${path}`, {
    token,
    headers: {
      ...VERSION,
      'x-http-method-override': 'PATCH',
      'content-type': 'application/offset+octet-stream',
      'upload-offset': '0',
    },
    body: new Uint8Array(clip(50_000)),
  });

  expect(status).toBe(204);
  expect(headers.get('upload-offset')).toBe('50000');
});

test('an upload whose time is over is refused', async () => {
  const path = await begun(100_000);
  await api.database
    .update(uploads)
    .set({ expiresAt: new Date(Date.now() - 1) })
    .where(eq(uploads.id, idOf(path)));

  const answer = await patch(path, 0, clip(100_000));

  expect(answer).toMatchObject({ status: 410, body: { error: { code: 'upload_expired' } } });
});

test('what is no video is refused with its first bytes, and nothing of it is kept', async () => {
  const path = await begun(12_000_000);

  const answer = await patch(path, 0, Buffer.alloc(9_000_000, 'x'));

  expect(answer).toMatchObject({ status: 415, body: { error: { code: 'unsupported_video' } } });
  expect((await head(path)).status).toBe(404);
  expect(await keysBelow(`uploads/${idOf(path)}`)).toEqual([]);
});

test('a job that could not be enqueued is enqueued when the client asks again', async () => {
  const content = clip(50_000);
  const path = await begun(content.length);
  const { enqueue } = api.producer;
  api.producer.enqueue = () => Promise.reject(new Error('full'));
  const failed = await patch(path, 0, content);
  api.producer.enqueue = enqueue;

  const asked = await head(path);

  expect(failed.status).toBe(500);
  expect(asked.headers.get('job-id')).toBe(`video-${idOf(path)}`);
  await expect(api.producer.jobById(`video-${idOf(path)}`)).resolves.toBeDefined();
  expect(await keysBelow(`uploads/${idOf(path)}`)).toEqual([]);
});

test('refusals', async () => {
  const path = await begun(100_000);
  const eve = await registered(api);

  const noVersion = await api.call(`HEAD ${path}`, { token });
  const tooLarge = await begin(20 * 1_048_576 + 1);
  const noLength = await api.call('POST /videos/uploads', { token, headers: VERSION });
  const badMetadata = await begin(10, { 'upload-metadata': 'filename a*b' });
  const badQuality = await begin(10, { 'upload-metadata': `quality ${base64('9000p')}` });
  const wrongOffset = await patch(path, 7, clip(10_000));
  const wrongType = await patch(path, 0, clip(10_000), { 'content-type': 'video/mp4' });
  const tooMuch = await patch(path, 0, clip(100_001));
  const foreign = await api.call(`HEAD ${path}`, { token: eve.token, headers: VERSION });
  const nobody = await api.call(`HEAD ${path}`, { headers: VERSION });
  const unknown = await head('/videos/uploads/none');

  expect([noVersion.status, noVersion.headers.get('tus-version')]).toEqual([412, '1.0.0']);
  expect(tooLarge.status).toBe(413);
  expect([noLength.status, badMetadata.status, badQuality.status]).toEqual([400, 400, 400]);
  expect(wrongOffset).toMatchObject({ status: 409, body: { error: { code: 'upload_conflict' } } });
  expect([wrongType.status, tooMuch.status]).toEqual([415, 400]);
  expect([foreign.status, nobody.status, unknown.status]).toEqual([404, 401, 404]);
  expect((await head(path)).headers.get('upload-offset')).toBe('0');
});
