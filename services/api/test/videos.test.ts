import { buffer } from 'node:stream/consumers';
import { findVideo, recordRendition, recordVideoReady } from '@shared/database';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createVideoFiles } from '../src/video-files.ts';
import { clip, videoForm } from './clips.ts';
import { registered, registeredOperator } from './people.ts';
import { others, pictures } from './pictures.ts';
import { type Api, startApi } from './start-api.ts';

let api: Api;
let ada: Awaited<ReturnType<typeof registered>>;
beforeAll(async () => {
  api = await startApi({ maxVideoBytes: 1_000_000 });
  ada = await registered(api);
});
afterAll(() => api[Symbol.asyncDispose]());

const upload = (
  content: Uint8Array,
  { query = '', token = ada.token, name = 'holiday.mp4' } = {},
) => api.call(`POST /videos/upload${query}`, { token, body: videoForm(content, { name }) });

test('a video is taken, kept as it came, and its job is there at once', async () => {
  const content = clip();

  const { status, body } = await upload(content, { query: '?quality=720p,480p' });

  expect(status).toBe(202);
  expect(body).toMatchObject({
    videoId: expect.any(String),
    jobId: `video-${body.videoId}`,
    statusUrl: `/jobs/status/${body.jobId}`,
    video: { originalName: 'holiday.mp4', contentType: 'video/mp4', bytes: 50_000, hlsUrl: null },
  });
  const { body: stored } = await api.storage.get(`videos/${body.videoId}/original`);
  expect((await buffer(stored)).equals(content)).toBe(true);
  const record = await (await api.producer.jobById(body.jobId)).record();
  expect(record).toMatchObject({
    task: 'video.process-video',
    status: 'queued',
    owner: ada.id,
    payload: {
      videoId: body.videoId,
      videoPath: `videos/${body.videoId}/original`,
      userId: ada.id,
      processingOptions: { quality: ['720p', '480p'] },
    },
  });
  const shown = await api.call(`GET ${body.statusUrl}`, { token: ada.token });
  expect(shown.body).toMatchObject({ status: 'queued', queue: 'video_processing' });
});

test.for([
  { what: 'a name that is a path', name: '../../etc/passwd' },
  { what: 'a name in other letters', name: "фильм 🎬 ' .mp4" },
])('$what is only a name', async ({ name }) => {
  const { status, body } = await upload(clip(), { name });

  expect(status).toBe(202);
  const keys = [];
  for await (const { key } of api.storage.list(`videos/${body.videoId}/`)) keys.push(key);
  expect(keys).toEqual([`videos/${body.videoId}/original`]);
});

test.for([
  ...Object.entries(others).map(([what, content]) => ({ what, content })),
  { what: 'a picture', content: pictures.png },
])('$what is no video', async ({ content }) => {
  const { status, body } = await upload(content);

  expect(status).toBe(415);
  expect(body.error).toMatchObject({ code: 'unsupported_video', path: 'video' });
});

test('refusals: too large, no video field, an unknown quality, a stranger', async () => {
  const tooLarge = await upload(clip(1_200_000));
  const otherField = await api.call('POST /videos/upload', {
    token: ada.token,
    body: videoForm(clip(), { field: 'image' }),
  });
  const unknown = await upload(clip(), { query: '?quality=8k' });
  const stranger = await api.call('POST /videos/upload', { body: videoForm(clip()) });

  expect([tooLarge.status, tooLarge.body.error.code]).toEqual([413, 'upload_too_large']);
  expect(otherField.body.error).toMatchObject({
    code: 'invalid_upload',
    fix: expect.stringContaining('"video"'),
  });
  expect(unknown.body.error).toMatchObject({
    code: 'invalid_request',
    path: expect.stringContaining('quality'),
  });
  expect(stranger.status).toBe(401);
});

/** A video as the worker leaves it. */
const processed = async () => {
  const { body } = await upload(clip());
  const id: string = body.videoId;
  const put = (path: string, content: string, contentType: string) =>
    api.storage.put(`videos/${id}/${path}`, Buffer.from(content), { contentType });
  await put(
    'hls/a1/master.m3u8',
    '#EXTM3U\n../../480p/b2/index.m3u8\n',
    'application/vnd.apple.mpegurl',
  );
  await put('480p/b2/index.m3u8', '#EXTM3U\nsegment-00000.m4s\n', 'application/vnd.apple.mpegurl');
  await put('480p/b2/segment-00000.m4s', '0123456789', 'video/iso.segment');
  await put('480p/b2/video.mp4', '0123456789', 'video/mp4');
  await put('stills/c3/poster.jpg', 'jpeg', 'image/jpeg');
  await put('stills/c3/thumbnails.vtt', 'WEBVTT', 'text/vtt');
  const made = { jobId: body.jobId, fence: 1, width: 854, height: 480 };
  await recordRendition(api.database, {
    ...made,
    videoId: id,
    quality: '480p',
    folder: `videos/${id}/480p/b2`,
    frameRate: 30,
    codecs: 'avc1.64001e,mp4a.40.2',
    bandwidth: 2,
    averageBandwidth: 1,
    bytes: 10,
  });
  await recordVideoReady(api.database, {
    ...made,
    id,
    durationMs: 5_500,
    masterKey: `videos/${id}/hls/a1/master.m3u8`,
    posterKey: `videos/${id}/stills/c3/poster.jpg`,
    thumbnailsKey: `videos/${id}/stills/c3/thumbnails.vtt`,
  });
  const shown = await api.call(`GET /videos/${id}`, { token: ada.token });
  return { id, video: shown.body.video };
};

test('a video shows what is ready of it, with addresses that lead there', async () => {
  const { video } = await processed();

  expect(video).toMatchObject({
    width: 854,
    height: 480,
    durationSeconds: 5.5,
    readyAt: expect.any(String),
    renditions: [{ quality: '480p', codecs: 'avc1.64001e,mp4a.40.2', bytes: 10 }],
  });
  const { hlsUrl, posterUrl, thumbnailsUrl, renditions } = video;
  for (const url of [hlsUrl, posterUrl, thumbnailsUrl, renditions[0].mp4Url]) {
    expect((await api.call(`GET ${url}`)).status).toBe(200);
  }
});

test('relative addresses in playlists lead on, without any credentials', async () => {
  const { video } = await processed();

  const master = await fetch(new URL(video.hlsUrl, api.url));
  const [, playlist = ''] = (await master.text()).split('\n');
  const media = await fetch(new URL(playlist, master.url));
  const [, segment = ''] = (await media.text()).split('\n');
  const bytes = await fetch(new URL(segment, media.url));

  expect(master.headers.get('content-type')).toBe('application/vnd.apple.mpegurl');
  expect(await bytes.text()).toBe('0123456789');
  expect(bytes.headers.get('access-control-allow-origin')).toBe('*');
});

test.for([
  { range: 'bytes=2-4', status: 206, text: '234', shown: 'bytes 2-4/10' },
  { range: 'bytes=8-', status: 206, text: '89', shown: 'bytes 8-9/10' },
  { range: 'bytes=-3', status: 206, text: '789', shown: 'bytes 7-9/10' },
  { range: 'bytes=5-100', status: 206, text: '56789', shown: 'bytes 5-9/10' },
  { range: 'bytes=0-1,3-4', status: 200, text: '0123456789', shown: null },
  { range: 'bytes=10-', status: 416, text: undefined, shown: 'bytes */10' },
])('of an MP4, $range is $status', async ({ range, status, text, shown }) => {
  const { video } = await processed();
  const response = await fetch(new URL(video.renditions[0].mp4Url, api.url), {
    headers: { range },
  });

  expect(response.status).toBe(status);
  expect(response.headers.get('content-range')).toBe(shown);
  expect(response.headers.get('accept-ranges')).toBe('bytes');
  const content = await response.text();
  if (text !== undefined) expect(content).toBe(text);
});

test('a video is seen by its owner and by operators, and its files by whoever has the address', async () => {
  const { id, video } = await processed();
  const [eve, operator] = [await registered(api), await registeredOperator(api)];

  const seen = await Promise.all(
    [ada, operator, eve].map(({ token }) => api.call(`GET /videos/${id}`, { token })),
  );
  const forged = await api.call(`GET ${String(video.hlsUrl).replace(/files\/\d/, 'files/9')}`);
  const other = await processed();
  const ofOther = await api.call(`GET ${String(video.hlsUrl).replace(id, other.id)}`);
  const original = await api.call(`GET ${String(video.hlsUrl).replace(/hls\/.*/, 'original')}`);
  const climbing = await fetch(
    `${api.url}${String(video.hlsUrl).replace(/hls\/.*/, 'hls/..%2f..%2foriginal')}`,
  );

  expect(seen.map(({ status }) => status)).toEqual([200, 200, 404]);
  expect([forged.status, ofOther.status]).toEqual([403, 403]);
  expect([original.status, climbing.status]).toEqual([404, 404]);
});

test('an address is good for twelve hours', () => {
  const files = createVideoFiles('secret');
  const address = files.addresses('v', 0)('videos/v/hls/a/master.m3u8');
  const [, token = ''] = /files\/([^/]+)\//.exec(address) ?? [];
  const asked = { videoId: 'v', token, path: 'hls/a/master.m3u8' };

  expect(files.keyOf(asked, 12 * 3_600_000 - 1)).toBe('videos/v/hls/a/master.m3u8');
  expect(() => files.keyOf(asked, 12 * 3_600_000)).toThrow('expired');
});

test('if the job cannot be enqueued, nothing of the video is kept', async () => {
  await using broken = await startApi({ maxVideoBytes: 1_000_000 });
  const { token } = await registered(broken);
  const { enqueue } = broken.producer;
  broken.producer.enqueue = () => Promise.reject(new Error('full'));

  const { status } = await broken.call('POST /videos/upload', { token, body: videoForm(clip()) });

  broken.producer.enqueue = enqueue;
  expect(status).toBe(500);
  const keys = [];
  for await (const { key } of broken.storage.list('videos/')) keys.push(key);
  expect(keys).toEqual([]);
  expect(await findVideo(broken.database, 'none')).toBeUndefined();
});
