import { drawings, findDrawing, recordDrawing } from '@shared/database';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inlineAs } from '../src/content-disposition.ts';
import { newKey, registered } from './people.ts';
import { type Api, OPERATOR_KEY, startApi } from './start-api.ts';

let api: Api;
let ada: { id: string; token: string };
beforeAll(async () => {
  api = await startApi();
  ada = await registered(api);
});
afterAll(() => api[Symbol.asyncDispose]());

const ask = async (json: Record<string, unknown> = {}, token = ada.token) =>
  api.call('POST /drawings', { token, json });

/** What a worker does when it has made one. */
const drawn = async (json: Record<string, unknown> = {}) => {
  const { body } = await ask(json);
  const { id } = body.drawing;
  const row = (await findDrawing(api.database, id))!;
  const [storageKey, previewKey] = [`drawings/${id}/drawing.svg`, `drawings/${id}/preview.png`];
  const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>');
  await api.storage.put(storageKey, svg, { contentType: 'image/svg+xml' });
  await api.storage.put(previewKey, Buffer.from('a picture'), { contentType: 'image/png' });
  const made = { storageKey, previewKey, bytes: svg.length, drawnMm: 10, travelMm: 1 };
  await recordDrawing(api.database, { ...row, ...made, fence: 1 });
  return id as string;
};

test('a drawing is asked for, and its job followed', async () => {
  const { status, body, headers } = await ask({ patternType: 'rose', seed: 7, priority: 'high' });

  const { id } = body.drawing;
  expect(status).toBe(202);
  expect(body).toEqual({
    drawing: { id, url: `/drawings/${id}`, previewUrl: `/drawings/${id}/preview` },
    jobId: id,
    statusUrl: `/jobs/status/${id}`,
  });
  expect(headers.get('location')).toBe(body.statusUrl);
  const record = await (await api.producer.jobById(id)).record();
  expect(record).toMatchObject({ owner: ada.id, group: ada.id, priority: 2 });
  expect(record.payload).toMatchObject({ patternType: 'rose', seed: 7 });
});

test.for([
  { priority: 'high', number: 2 },
  { priority: 'default', number: 5 },
  { priority: 'low', number: 8 },
  { priority: 'svg', number: 8 },
])('the priority $priority is $number', async ({ priority, number }) => {
  const { body } = await ask({ priority });

  expect(await (await api.producer.jobById(body.jobId)).record()).toMatchObject({
    priority: number,
  });
});

test('a drawing is not ready until it was made, and then comes as SVG and as PNG', async () => {
  const { body } = await ask();
  const before = await api.call(`GET ${body.drawing.url}`, { token: ada.token });
  const id = await drawn({ filename: 'Ribbons.svg' });

  const svg = await api.call(`GET /drawings/${id}`, { token: ada.token });
  const png = await api.call(`GET /drawings/${id}/preview`, { token: ada.token });

  expect([before.status, before.body.error.code]).toEqual([404, 'drawing_not_ready']);
  expect([svg.status, svg.headers.get('content-type')]).toEqual([200, 'image/svg+xml']);
  expect(svg.headers.get('content-disposition')).toContain('filename="Ribbons.svg"');
  expect(svg.headers.get('content-security-policy')).toContain("default-src 'self'");
  expect([png.status, png.headers.get('content-type'), png.body]).toEqual([
    200,
    'image/png',
    'a picture',
  ]);
  expect(png.headers.get('content-disposition')).toContain('filename="Ribbons.png"');
});

test('a drawing is hidden from everybody else, operators aside', async () => {
  const id = await drawn();
  const stranger = await registered(api);
  const { key } = await newKey(api);

  const statuses = await Promise.all(
    [
      api.call(`GET /drawings/${id}`),
      api.call(`GET /drawings/${id}`, { token: stranger.token }),
      api.call(`GET /drawings/${id}/preview`, { key }),
      api.call('GET /drawings/drawing-of-nobody', { token: ada.token }),
      api.call(`GET /drawings/${id}`, { key: OPERATOR_KEY }),
    ].map(async (answer) => (await answer).status),
  );

  expect(statuses).toEqual([401, 404, 404, 404, 200]);
});

test.for([
  { reason: 'an unknown pattern', change: { patternType: 'mandala' }, path: 'patternType' },
  { reason: 'a sheet too wide', change: { width: 5_000 }, path: 'width' },
  { reason: 'an unknown priority', change: { priority: 'critical' }, path: 'priority' },
  { reason: 'a field too many', change: { drawingId: 'x' }, path: 'drawingId' },
])('a request with $reason is refused and leaves nothing', async ({ change, path }) => {
  const before = await api.database.$count(drawings);

  const { status, body } = await ask(change);

  expect([status, body.error.code, body.error.path]).toEqual([400, 'invalid_request', path]);
  expect(await api.database.$count(drawings)).toBe(before);
});

test.for([
  { filename: 'plot.svg', header: `inline; filename="plot.svg"; filename*=UTF-8''plot.svg` },
  {
    filename: '../../etc/passwd',
    header: `inline; filename="passwd.svg"; filename*=UTF-8''passwd.svg`,
  },
  { filename: 'C:\\temp\\a', header: `inline; filename="a.svg"; filename*=UTF-8''a.svg` },
  {
    filename: 'a"; x="b',
    header: `inline; filename="a xb.svg"; filename*=UTF-8''a%22%3B%20x%3D%22b.svg`,
  },
  {
    filename: 'Größe.SVG',
    header: `inline; filename="Groe.SVG"; filename*=UTF-8''Gr%C3%B6%C3%9Fe.SVG`,
  },
  { filename: '...', header: `inline; filename="file.svg"; filename*=UTF-8''file.svg` },
  {
    filename: 'a\r\nset-cookie: b',
    header: `inline; filename="aset-cookie b.svg"; filename*=UTF-8''aset-cookie%3A%20b.svg`,
  },
])('the name $filename becomes a safe header', ({ filename, header }) => {
  expect(inlineAs(filename, '.svg')).toBe(header);
});
