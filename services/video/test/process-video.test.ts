import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { processVideo } from '@shared/contracts';
import { findVideo, listRenditions } from '@shared/database';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { ffmpeg, keyFrames, makeClip, probe } from './clips.ts';
import { openStudio } from './studio.ts';

const waiting = { timeoutMs: 120_000 };

test(
  'a video becomes MP4s, an HLS stream, a poster and thumbnails',
  { timeout: 180_000 },
  async () => {
    await using studio = await openStudio();
    const { database, producer, storage } = studio;
    const clip = await makeClip(join(studio.folder, 'clip.mp4'), { size: '864x480', seconds: 5 });
    const videoPath = await studio.store('v1', clip);
    const request = { videoId: 'v1', videoPath, userId: 'ada' };

    const job = await producer.enqueue(processVideo, request);
    const told: { fraction: number; message: string | null }[] = [];
    for await (const progress of job.progress()) told.push(progress);
    const result = await job.result(waiting);

    expect(result).toMatchObject({ videoId: 'v1', width: 864, height: 480, durationSeconds: 5 });
    expect(result.renditions.map(({ quality, width, height }) => [quality, width, height])).toEqual(
      [
        ['480p', 864, 480],
        ['360p', 648, 360],
      ],
    );
    const fractions = told.map(({ fraction }) => fraction);
    expect(fractions).toEqual(fractions.toSorted((one, other) => one - other));
    expect(
      told.some(({ message }) => /480p \d+ %, 360p \d+ %, stills \d+ %/.test(message ?? '')),
    ).toBe(true);
    expect(await findVideo(database, 'v1')).toMatchObject({
      ownerId: 'ada',
      jobId: job.id,
      width: 864,
      height: 480,
      durationMs: 5_000,
      masterKey: result.masterKey,
      readyAt: expect.any(Date),
    });
    expect(await studio.workFiles()).toEqual([]);

    const served = await studio.fetchMade('v1');
    for (const { mp4Key, width, height } of result.renditions) {
      const { streams, format } = await probe(join(served, mp4Key));
      expect(streams.map(({ codec_name }) => codec_name)).toEqual(['h264', 'aac']);
      expect(streams[0]).toMatchObject({
        width,
        height,
        pix_fmt: 'yuv420p',
        r_frame_rate: '15/1',
        color_space: 'bt709',
        color_range: 'tv',
      });
      expect(Number(format['duration'])).toBeCloseTo(5, 0);
      // The index stands in front: a player can begin before it has all.
      const content = await readFile(join(served, mp4Key));
      expect(content.indexOf('moov')).toBeLessThan(content.indexOf('mdat'));
      expect((await storage.head(mp4Key)).contentType).toBe('video/mp4');
    }
    const [large, small] = await Promise.all(
      result.renditions.map(({ mp4Key }) => keyFrames(join(served, mp4Key))),
    );
    expect(large).toEqual(small);
    expect(large).toEqual([0, 2, 4]);

    const master = await readFile(join(served, result.masterKey), 'utf8');
    expect(master.split('\n')).toEqual([
      '#EXTM3U',
      '#EXT-X-VERSION:7',
      '#EXT-X-INDEPENDENT-SEGMENTS',
      ...(await Promise.all(
        (await listRenditions(database, 'v1')).flatMap(async (row) => {
          const { streams } = await probe(join(served, row.folder, 'index.m3u8'));
          const { profile, level } = streams[0] ?? {};
          const idc = { 'Constrained Baseline': '42c0', Main: '4d40', High: '6400' }[
            String(profile)
          ];
          const codecs = `avc1.${idc}${Number(level).toString(16).padStart(2, '0')},mp4a.40.2`;
          expect(row.codecs).toBe(codecs);
          return [
            `#EXT-X-STREAM-INF:BANDWIDTH=${row.bandwidth},AVERAGE-BANDWIDTH=${row.averageBandwidth},CODECS="${codecs}",RESOLUTION=${row.width}x${row.height},FRAME-RATE=15.000`,
            `${row.folder.replace('videos/v1', '../..')}/index.m3u8`,
          ];
        }),
      ).then((lines) => lines.flat())),
      '',
    ]);
    // Played from end to end through the master playlist, as a player would.
    const played = await probe(join(served, result.masterKey), ['-count_frames']);
    expect(played.streams.filter(({ codec_type }) => codec_type === 'video')).toMatchObject([
      { nb_read_frames: '75' },
      { nb_read_frames: '75' },
    ]);

    const poster = await sharp(await readFile(join(served, result.posterKey))).metadata();
    expect(poster).toMatchObject({ format: 'jpeg', width: 864, height: 480 });
    const vtt = await readFile(join(served, result.thumbnailsKey), 'utf8');
    expect(vtt.match(/-->/g)).toHaveLength(5);
    expect(vtt).toContain('00:00:04.000 --> 00:00:05.000\nsprite.jpg#xywh=640,0,160,88');
    const sprite = join(served, result.thumbnailsKey, '../sprite.jpg');
    expect(await sharp(await readFile(sprite)).metadata()).toMatchObject({
      width: 800,
      height: 88,
    });
  },
);

test.for([
  { what: 'no sound', clip: { sound: false }, size: [320, 180], streams: ['h264'] },
  {
    what: 'odd sides',
    clip: { size: '328x188', options: ['-vf', 'crop=321:181:exact=1', '-pix_fmt', 'yuv444p'] },
    size: [320, 180],
    from: [321, 181],
  },
  { what: 'ten bits', clip: { options: ['-pix_fmt', 'yuv420p10le'] }, size: [320, 180] },
  {
    what: 'the brightness of HDR',
    clip: {
      options: [
        '-pix_fmt',
        'yuv420p10le',
        '-color_primaries',
        'bt2020',
        '-color_trc',
        'smpte2084',
        '-colorspace',
        'bt2020nc',
      ],
    },
    size: [320, 180],
  },
  {
    what: 'pixels that are not square',
    clip: { size: '160x180', options: ['-vf', 'setsar=2'] },
    size: [320, 180],
  },
] as const)('a video with $what is made playable', { timeout: 120_000 }, async (one) => {
  await using studio = await openStudio();
  const clip = await makeClip(join(studio.folder, 'clip.mp4'), one.clip);
  if ('from' in one) {
    const [width, height] = one.from;
    expect((await probe(clip)).streams[0]).toMatchObject({ width, height });
  }
  const videoPath = await studio.store('v', clip);

  const job = await studio.producer.enqueue(processVideo, {
    videoId: 'v',
    videoPath,
    userId: 'ada',
  });
  const { renditions } = await job.result(waiting);

  expect(renditions).toHaveLength(1);
  const served = await studio.fetchMade('v');
  const { streams } = await probe(join(served, renditions[0]!.mp4Key));
  const [width, height] = one.size;
  expect(streams.map(({ codec_name }) => codec_name)).toEqual(
    'streams' in one ? one.streams : ['h264', 'aac'],
  );
  expect(streams[0]).toMatchObject({
    width,
    height,
    pix_fmt: 'yuv420p',
    sample_aspect_ratio: '1:1',
  });
  expect(renditions[0]!.codecs).toMatch(
    'streams' in one ? /^avc1\.[0-9a-f]{6}$/ : /^avc1\.[0-9a-f]{6},mp4a\.40\.2$/,
  );
});

test('a video held upright is made upright', { timeout: 120_000 }, async () => {
  await using studio = await openStudio();
  const flat = await makeClip(join(studio.folder, 'flat.mp4'));
  const turned = join(studio.folder, 'turned.mp4');
  await ffmpeg(['-i', flat, '-c', 'copy', '-metadata:s:v', 'rotate=90', turned]);
  const videoPath = await studio.store('v', turned);

  const job = await studio.producer.enqueue(processVideo, {
    videoId: 'v',
    videoPath,
    userId: 'ada',
  });
  const result = await job.result(waiting);

  expect(result).toMatchObject({ width: 180, height: 320 });
  const served = await studio.fetchMade('v');
  const { streams } = await probe(join(served, result.renditions[0]!.mp4Key));
  expect(streams[0]).toMatchObject({ width: 180, height: 320 });
  expect(streams[0]).not.toHaveProperty('side_data_list');
});

test('a variable frame rate becomes a constant one', { timeout: 120_000 }, async () => {
  await using studio = await openStudio();
  const clip = join(studio.folder, 'clip.mkv');
  await makeClip(clip, {
    seconds: 4,
    rate: '30',
    options: ['-vf', "select='lt(t,1)+not(mod(n,10))'", '-vsync', 'vfr'],
  });
  const videoPath = await studio.store('v', clip);

  const job = await studio.producer.enqueue(processVideo, {
    videoId: 'v',
    videoPath,
    userId: 'ada',
  });
  const { renditions } = await job.result(waiting);

  const path = join(await studio.fetchMade('v'), renditions[0]!.mp4Key);
  const { streams } = await probe(path);
  expect(streams[0]?.['r_frame_rate']).toBe(streams[0]?.['avg_frame_rate']);
  expect(await keyFrames(path)).toEqual([0, 2]);
});

test('a recording that does not say how long it is', { timeout: 120_000 }, async () => {
  await using studio = await openStudio();
  const clip = join(studio.folder, 'clip.webm');
  // As a browser records: nothing is written back into the header, for there is no going back.
  await makeClip(join(studio.folder, 'clip.mp4'), { seconds: 2 });
  await ffmpeg([
    '-i',
    join(studio.folder, 'clip.mp4'),
    '-c:v',
    'libvpx',
    '-deadline',
    'realtime',
    '-cpu-used',
    '8',
    '-c:a',
    'libopus',
    '-f',
    'webm',
    '-live',
    '1',
    clip,
  ]);
  expect((await probe(clip)).format).not.toHaveProperty('duration');
  const videoPath = await studio.store('v', clip);

  const job = await studio.producer.enqueue(processVideo, {
    videoId: 'v',
    videoPath,
    userId: 'ada',
  });
  const { durationSeconds } = await job.result(waiting);

  expect(durationSeconds).toBeCloseTo(2, 0);
});

test('a video that is processed twice leaves one of everything', { timeout: 120_000 }, async () => {
  await using studio = await openStudio();
  const { producer, database } = studio;
  const videoPath = await studio.store('v', await makeClip(join(studio.folder, 'clip.mp4')));
  const request = { videoId: 'v', videoPath, userId: 'ada' };

  const first = await (await producer.enqueue(processVideo, request)).result(waiting);
  const keys = await studio.madeKeys('v');
  const again = await producer.enqueue(processVideo, request);
  const second = await again.result(waiting);
  expect(plain(await studio.madeKeys('v'))).toEqual(plain(keys));
  expect(second.masterKey).not.toBe(first.masterKey);
  expect(await listRenditions(database, 'v')).toHaveLength(1);
  expect(await findVideo(database, 'v')).toMatchObject({ jobId: again.id });
});

/** Keys without the folder of the attempt. */
const plain = (keys: readonly string[]) =>
  keys.map((key) => key.replace(/\/[0-9a-z]+\/([^/]+)$/, '/$1'));

test('nobody gets a video of somebody else processed', async () => {
  await using studio = await openStudio();
  const { producer } = studio;
  const videoPath = await studio.store('v', await makeClip(join(studio.folder, 'clip.mp4')));
  await (
    await producer.enqueue(processVideo, { videoId: 'v', videoPath, userId: 'ada' })
  ).result(waiting);

  const job = await producer.enqueue(processVideo, { videoId: 'v', videoPath, userId: 'eve' });

  await expect(job.result(waiting)).rejects.toMatchObject({ failureCode: 'video_taken' });
});
