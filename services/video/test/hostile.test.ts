import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { processVideo } from '@shared/contracts';
import { expect, test } from 'vitest';
import { ffmpeg, makeClip } from './clips.ts';
import { openStudio, type Studio } from './studio.ts';

const waiting = { timeoutMs: 60_000 };

/** A server that says how often it was asked for anything. */
const startTrap = async () => {
  let hits = 0;
  const server = createServer((_request, response) => {
    hits += 1;
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    hits: () => hits,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
};

/** Processes a file and tells how that failed; nothing may be left of it. */
const failureOf = async (studio: Studio, content: string | Buffer, name = 'original') => {
  const path = join(studio.folder, name);
  await writeFile(path, content);
  const videoPath = await studio.store('v', path);
  const job = await studio.producer.enqueue(processVideo, {
    videoId: 'v',
    videoPath,
    userId: 'ada',
  });
  await expect(job.result(waiting)).rejects.toMatchObject({ code: 'job_failed' });
  expect(await studio.madeKeys('v')).toEqual([]);
  expect(await studio.workFiles()).toEqual([]);
  return (await job.record()).error;
};

test.for([
  {
    what: 'an HLS playlist',
    content: (url: string) =>
      `#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n${url}/a.ts\n#EXT-X-ENDLIST\n`,
  },
  {
    what: 'an HLS playlist of a local file',
    content: () =>
      '#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nfile:///etc/hostname\n#EXT-X-ENDLIST\n',
  },
  {
    what: 'an HLS master playlist',
    content: (url: string) => `#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n${url}/b.m3u8\n`,
  },
  {
    what: 'a concat list',
    content: (url: string) => `ffconcat version 1.0\nfile '${url}/a.mp4'\n`,
  },
  {
    what: 'a concat list of a local file',
    content: () => "ffconcat version 1.0\nfile '/etc/hostname'\n",
  },
  {
    what: 'a DASH manifest',
    content: (url: string) =>
      `<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT5S"><Period><AdaptationSet mimeType="video/mp4"><Representation id="1" bandwidth="1"><BaseURL>${url}/a.mp4</BaseURL></Representation></AdaptationSet></Period></MPD>`,
  },
  {
    what: 'an SDP session',
    content: (_: string, port: number) =>
      `v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video ${port} RTP/AVP 96\na=rtpmap:96 H264/90000\n`,
  },
  {
    what: 'subtitles',
    content: (url: string) => `1\n00:00:00,000 --> 00:00:02,000\n<img src="${url}/a.png">\n`,
  },
  {
    what: 'an SVG',
    content: (url: string) =>
      `<svg xmlns="http://www.w3.org/2000/svg"><image href="${url}/a.png"/></svg>`,
  },
])('$what is refused, and fetches nothing', async ({ content }) => {
  await using trap = await startTrap();
  await using studio = await openStudio();

  const error = await failureOf(studio, content(trap.url, trap.port));

  expect(error).toMatchObject({ code: 'unsupported_video', retryable: false, attempt: 1 });
  expect(trap.hits()).toBe(0);
});

test('the trap is heard where nothing is restricted', async () => {
  await using trap = await startTrap();
  await using studio = await openStudio({ workers: false });
  const path = join(studio.folder, 'playlist.m3u8');
  const lines = ['#EXTM3U', '#EXT-X-TARGETDURATION:9', '#EXTINF:9,', `${trap.url}/a.ts`];
  await writeFile(path, [...lines, '#EXT-X-ENDLIST', ''].join('\n'));

  const playing = ffmpeg(['-protocol_whitelist', 'file,http,tcp', '-i', path, '-f', 'null', '-']);

  await expect(playing).rejects.toThrow();
  expect(trap.hits()).toBeGreaterThan(0);
});

test(
  'a QuickTime file whose pictures lie elsewhere fetches nothing',
  { timeout: 90_000 },
  async () => {
    await using trap = await startTrap();
    await using studio = await openStudio();
    const clip = await makeClip(join(studio.folder, 'clip.mp4'), { sound: false });
    const content = await readFile(clip);
    // The file's own data reference becomes an address outside, as `url ` entries may hold.
    const at = content.indexOf('url \0\0\0\u0001');
    expect(at).toBeGreaterThan(0);
    content.writeUInt32BE(0, at + 4);

    const path = join(studio.folder, 'original');
    await writeFile(path, content);
    const videoPath = await studio.store('v', path);
    const job = await studio.producer.enqueue(processVideo, {
      videoId: 'v',
      videoPath,
      userId: 'ada',
    });
    await job.result(waiting).catch(() => undefined);

    expect(trap.hits()).toBe(0);
  },
);

test.for([
  { what: 'just words', content: async () => 'just words', code: 'unsupported_video' },
  { what: 'nothing at all', content: async () => '', code: 'unsupported_video' },
  {
    what: 'a picture',
    content: async ({ folder }: Studio) => {
      await ffmpeg([
        '-f',
        'lavfi',
        '-i',
        'testsrc2=size=64x64',
        '-frames:v',
        '1',
        join(folder, 'a.png'),
      ]);
      return readFile(join(folder, 'a.png'));
    },
    code: 'unsupported_video',
  },
  {
    what: 'music with a cover',
    content: async ({ folder }: Studio) => {
      await ffmpeg([
        '-f',
        'lavfi',
        '-i',
        'testsrc2=size=64x64',
        '-frames:v',
        '1',
        join(folder, 'a.jpg'),
      ]);
      await ffmpeg([
        '-f',
        'lavfi',
        '-i',
        'sine=duration=1',
        '-i',
        join(folder, 'a.jpg'),
        '-map',
        '0',
        '-map',
        '1',
        '-c:v',
        'copy',
        '-disposition:v',
        'attached_pic',
        join(folder, 'a.m4a'),
      ]);
      return readFile(join(folder, 'a.m4a'));
    },
    code: 'unsupported_video',
  },
  {
    what: 'a video too small to see',
    content: async ({ folder }: Studio) =>
      readFile(await makeClip(join(folder, 'a.mp4'), { size: '8x8' })),
    code: 'video_out_of_range',
  },
  {
    what: 'a video like a thread',
    content: async ({ folder }: Studio) =>
      readFile(await makeClip(join(folder, 'a.mp4'), { size: '1600x16', rate: '2' })),
    code: 'video_out_of_range',
  },
  {
    what: 'a video whose pictures are noise',
    content: async ({ folder }: Studio) => {
      const clip = await readFile(
        await makeClip(join(folder, 'a.mp4'), { options: ['-movflags', '+faststart'] }),
      );
      const data = clip.indexOf('mdat') + 4;
      return Buffer.concat([clip.subarray(0, data), Buffer.alloc(clip.length - data, 0xa5)]);
    },
    code: 'corrupt_video',
  },
])('$what is refused at once, for good', { timeout: 90_000 }, async ({ content, code }) => {
  await using studio = await openStudio();

  const error = await failureOf(studio, await content(studio));

  expect(error).toMatchObject({ code, retryable: false, attempt: 1 });
});

test('a video that is too long is refused', async () => {
  await using studio = await openStudio({ change: { maxSeconds: 1 } });
  const clip = await makeClip(join(studio.folder, 'a.mp4'), { seconds: 3 });

  const error = await failureOf(studio, await readFile(clip));

  expect(error).toMatchObject({ code: 'video_out_of_range' });
});

test.for([
  { what: 'an absolute path outside', path: () => '/etc/hostname' },
  { what: 'a path that climbs out', path: ({ uploadDir }: Studio) => `${uploadDir}/../secret.mp4` },
  { what: 'a folder', path: ({ uploadDir }: Studio) => `${uploadDir}/folder` },
  { what: 'a link that leads out', path: ({ uploadDir }: Studio) => `${uploadDir}/link.mp4` },
  { what: 'a file that is not there', path: ({ uploadDir }: Studio) => `${uploadDir}/none.mp4` },
  { what: 'a key of something else', path: () => 'images/a/original' },
  { what: 'an address', path: () => 'http://127.0.0.1/a.mp4' },
  { what: 'the upload folder’s neighbour', path: ({ uploadDir }: Studio) => `${uploadDir}2/a.mp4` },
])('$what is no source', async ({ path }) => {
  await using studio = await openStudio();
  const { uploadDir, folder } = studio;
  await makeClip(join(folder, 'secret.mp4'));
  await mkdir(join(uploadDir, 'folder'));
  await mkdir(`${uploadDir}2`);
  await makeClip(`${uploadDir}2/a.mp4`);
  await symlink(join(folder, 'secret.mp4'), join(uploadDir, 'link.mp4'));

  const request = { videoId: 'v', videoPath: path(studio), userId: 'ada' };
  const job = await studio.producer.enqueue(processVideo, request);

  await expect(job.result(waiting)).rejects.toMatchObject({ failureCode: 'video_source_refused' });
});

test.for(['videos/../secret', 'videos/v/../../etc', 'videos//a'])(
  '%s is no key',
  async (videoPath) => {
    await using studio = await openStudio();

    const job = await studio.producer.enqueue(processVideo, {
      videoId: 'v',
      videoPath,
      userId: 'ada',
    });

    await expect(job.result(waiting)).rejects.toMatchObject({ failureCode: 'invalid_key' });
  },
);

test(
  'a file in an upload folder is used where it lies, and stays there',
  { timeout: 90_000 },
  async () => {
    await using studio = await openStudio();
    const videoPath = await makeClip(join(studio.uploadDir, '-i evil $(name).mp4'));

    const job = await studio.producer.enqueue(processVideo, { videoId: 7, videoPath, userId: 42 });
    const result = await job.result(waiting);

    expect(result).toMatchObject({ videoId: '7', renditions: [{ quality: '360p' }] });
    expect((await readFile(videoPath)).length).toBeGreaterThan(0);
  },
);
