import { crc32, deflateSync } from 'node:zlib';
import { testDatabaseUrl } from '@shared/testing';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask } from '../src/ask.ts';
import { type Fleet, startFleet } from '../src/fleet.ts';
import { endOfJob, followJob } from '../src/follow-job.ts';
import { registered } from '../src/people.ts';

const MAX_UPLOAD_BYTES = 2_000_000;

let fleet: Fleet;
let token: string;
beforeAll(async () => {
  fleet = await startFleet({
    services: ['web', 'images'],
    databaseUrl: await testDatabaseUrl(),
    env: { MAX_UPLOAD_BYTES: String(MAX_UPLOAD_BYTES) },
  });
  ({ token } = await registered(fleet.url));
});
afterAll(() => fleet[Symbol.asyncDispose]());

/** A photo of 1200×1600 pixels that was taken with the camera on its side, and says where. */
const takePhoto = () =>
  sharp({
    create: {
      width: 1600,
      height: 1200,
      channels: 3,
      background: 'teal',
      noise: { type: 'gaussian', mean: 128, sigma: 30 },
    },
  })
    .withMetadata({ orientation: 6 })
    .withExifMerge({ IFD0: { Make: 'Camera Works' } })
    .jpeg()
    .toBuffer();

const upload = (content: Uint8Array, { name = 'photo.jpg', type = 'image/jpeg' } = {}) => {
  const form = new FormData();
  form.append('image', new Blob([new Uint8Array(content)], { type }), name);
  return ask(`${fleet.url}/images/upload`, { method: 'POST', token, form });
};

test('a photo becomes a thumbnail, a medium and a large picture, upright and without metadata', async () => {
  const { status, body } = await upload(await takePhoto());
  expect(status).toBe(202);

  const jobs = body.jobs as { jobId: string; variant: string }[];
  const ends = await Promise.all(jobs.map(({ jobId }) => endOfJob(fleet.url, { jobId, token })));

  expect(ends.map((end) => end?.status)).toEqual(['complete', 'complete', 'complete']);
  const sizes = await Promise.all(
    jobs.map(async ({ variant }) => {
      const { format, width, height, exif } = await inspectVariant(body.image.id, variant);
      return { variant, format, width, height, exif };
    }),
  );
  expect(sizes).toEqual([
    { variant: 'thumbnail', format: 'jpeg', width: 250, height: 200, exif: undefined },
    { variant: 'medium', format: 'jpeg', width: 768, height: 1024, exif: undefined },
    { variant: 'large', format: 'jpeg', width: 1200, height: 1600, exif: undefined },
  ]);
});

const inspectVariant = async (imageId: string, variant: string) => {
  const response = await fetch(`${fleet.url}/images/${imageId}/variants/${variant}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  return sharp(await response.arrayBuffer()).metadata();
};

test('a job can be watched as it goes on', async () => {
  const { body } = await upload(await takePhoto());

  const states = await followJob(fleet.url, { jobId: body.jobId, token });

  const progress = states.map((state) => state.progress);
  expect(progress).toEqual(progress.toSorted((one, other) => one - other));
  expect(states.at(-1)).toMatchObject({ status: 'complete', progress: 1 });
});

test('whoever has the signed address of a picture sees it, for a while', async () => {
  const { body } = await upload(await takePhoto());
  await endOfJob(fleet.url, { jobId: body.jobId, token });
  const shown = await ask(`${fleet.url}/images/${body.image.id}`, { token });
  const { signedUrl } = shown.body.image.variants.find(
    ({ name }: { name: string }) => name === 'thumbnail',
  );

  const signed = await ask(signedUrl);
  const forged = await ask(signedUrl.replace(/signature=../, 'signature=00'));
  const stranger = await registered(fleet.url);
  const foreign = await ask(`${fleet.url}/images/${body.image.id}`, { token: stranger.token });

  expect([signed.status, forged.status, foreign.status]).toEqual([200, 403, 404]);
});

const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>');

const tooLarge = Buffer.concat([
  Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16]),
  Buffer.from('JFIF'),
  Buffer.alloc(MAX_UPLOAD_BYTES),
]);

test.for([
  { what: 'an SVG', content: svg, status: 415, code: 'unsupported_image' },
  {
    what: 'a text called photo.jpg',
    content: Buffer.from('no photo'),
    status: 415,
    code: 'unsupported_image',
  },
  { what: 'an empty file', content: Buffer.alloc(0), status: 415, code: 'unsupported_image' },
  {
    what: 'a file that is too large',
    content: tooLarge,
    status: 413,
    code: 'upload_too_large',
  },
])('$what is refused', async ({ content, status, code }) => {
  const answer = await upload(content);

  expect(answer).toMatchObject({ status, body: { error: { code, fix: expect.any(String) } } });
});

test('a stranger cannot upload', async () => {
  const form = new FormData();
  form.append('image', new Blob([new Uint8Array(await takePhoto())]), 'photo.jpg');

  const { status } = await ask(`${fleet.url}/images/upload`, { method: 'POST', form });

  expect(status).toBe(401);
});

test('a JPEG that breaks off is taken, and its jobs fail at once with a reason', async () => {
  const photo = await takePhoto();
  const { status, body } = await upload(photo.subarray(0, photo.length / 2));
  expect(status).toBe(202);

  const end = await endOfJob(fleet.url, { jobId: body.jobId, token });

  expect(end).toMatchObject({
    status: 'failed',
    attempts: 1,
    result: null,
    error: { code: 'corrupt_image', retryable: false, message: expect.stringMatching(/damaged/) },
  });
  const variant = `${fleet.url}/images/${body.image.id}/variants/thumbnail`;
  expect(await ask(variant, { token })).toMatchObject({
    status: 404,
    body: { error: { code: 'variant_not_ready' } },
  });
});

/** A whole PNG, black, of a few bytes: its pixels are missing, which shows only when it is decoded. */
const png = ({ width, height }: { width: number; height: number }) => {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2], 8); // Eight bits for each of red, green and blue.
  const chunks = [chunk('IHDR', header), chunk('IDAT', deflateSync('')), chunk('IEND', '')];
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), ...chunks]);
};

const chunk = (type: string, content: Uint8Array | string) => {
  const body = Buffer.concat([Buffer.from(type), Buffer.from(content)]);
  const frame = Buffer.alloc(body.length + 8);
  frame.writeUInt32BE(body.length - 4, 0);
  frame.set(body, 4);
  frame.writeUInt32BE(crc32(body), body.length + 4);
  return frame;
};

test('a small file that claims billions of pixels is refused before it fills the memory', async () => {
  const bomb = png({ width: 60_000, height: 60_000 });
  const { body } = await upload(bomb);

  const end = await endOfJob(fleet.url, { jobId: body.jobId, token });

  expect(end).toMatchObject({ status: 'failed', attempts: 1, error: { code: 'image_too_large' } });
});
