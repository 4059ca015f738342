import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { codecsOf } from '../src/hls/codecs.ts';
import { masterPlaylist } from '../src/hls/master-playlist.ts';
import { bandwidthOf } from '../src/hls/media-playlist.ts';
import { chooseQualities, rungOf } from '../src/ladder.ts';
import { chooseFrameRate } from '../src/probe/frame-rate.ts';
import { thumbnailsVtt } from '../src/stills/thumbnails-vtt.ts';
import { sheetOf } from '../src/stills/sheet.ts';
import { openWorkPlace } from '../src/work/work-place.ts';
import { openStudio } from './studio.ts';

const all = ['1080p', '720p', '480p', '360p'] as const;

test.for([
  { of: [1920, 1080], asked: all, made: ['1080p', '720p', '480p', '360p'] },
  { of: [1920, 1079], asked: all, made: ['720p', '480p', '360p'] },
  { of: [1080, 1920], asked: ['1080p'], made: ['1080p'] },
  { of: [1280, 720], asked: ['480p', '720p'], made: ['720p', '480p'] },
  { of: [320, 240], asked: ['720p', '480p'], made: ['480p'] },
] as const)('of $of pixels, asked for $asked, $made are made', ({ of, asked, made }) => {
  const [width, height] = of;

  expect(chooseQualities({ width, height }, asked)).toEqual(made);
});

test.for([
  { of: [1920, 1080], quality: '480p', size: [854, 480] },
  { of: [1080, 1920], quality: '720p', size: [720, 1280] },
  { of: [320, 241], quality: '480p', size: [320, 240] },
] as const)('$quality of $of pixels has $size', ({ of, quality, size }) => {
  const { width, height } = rungOf({ width: of[0], height: of[1] }, quality);

  expect([width, height]).toEqual(size);
});

test.for([
  { base: '30000/1001', average: '30000/1001', chosen: '30000/1001' },
  { base: '1000/1', average: '24/1', chosen: '24/1' },
  { base: '120/1', average: '120/1', chosen: '60/1' },
  { base: '30/1', average: '7/1', chosen: '30/1' },
  { base: '0/0', average: '0/0', chosen: '30/1' },
])('base rate $base and average $average make $chosen', ({ base, average, chosen }) => {
  expect(chooseFrameRate({ r_frame_rate: base, avg_frame_rate: average })).toBe(chosen);
});

test('the bandwidth is that of the heaviest stretch about as long as the target', () => {
  const segments = [
    { seconds: 4, bytes: 400_000 },
    { seconds: 4, bytes: 600_000 },
    // Shorter than half the target: it counts only together with the one before.
    { seconds: 0.5, bytes: 200_000 },
  ];

  expect(bandwidthOf(segments, 4)).toEqual({
    peak: Math.ceil((800_000 * 8) / 4.5),
    average: Math.ceil((1_200_000 * 8) / 8.5),
  });
  expect(bandwidthOf([{ seconds: 1, bytes: 1_000 }], 4)).toEqual({ peak: 8_000, average: 8_000 });
});

test('a master playlist, byte for byte', () => {
  const variant = {
    uri: '../../720p/a/index.m3u8',
    width: 1280,
    height: 720,
    frameRate: 30_000 / 1_001,
    codecs: 'avc1.64001f,mp4a.40.2',
    bandwidth: 2_000_000,
    averageBandwidth: 1_500_000,
  };

  expect(masterPlaylist([variant])).toBe(
    '#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-INDEPENDENT-SEGMENTS\n' +
      '#EXT-X-STREAM-INF:BANDWIDTH=2000000,AVERAGE-BANDWIDTH=1500000,' +
      'CODECS="avc1.64001f,mp4a.40.2",RESOLUTION=1280x720,FRAME-RATE=29.970\n../../720p/a/index.m3u8\n',
  );
});

test('codecs come from the header', () => {
  const header = Buffer.concat([Buffer.from('....avcC'), Buffer.from([1, 0x64, 0, 0x1f, 0xff])]);

  expect(codecsOf(header, { audio: false })).toBe('avc1.64001f');
  expect(() => codecsOf(Buffer.from('nothing'), { audio: true })).toThrow('no H.264');
});

test('thumbnails of a long video stand in ten rows of ten', () => {
  const facts = {
    width: 1920,
    height: 1080,
    durationSeconds: 3_599.5,
    frameRate: '30/1',
    hdr: false,
    interlaced: false,
    matrix: 'auto' as const,
    videoStream: 0,
    audioStream: null,
  };
  const sheet = sheetOf(facts);
  const lines = thumbnailsVtt(sheet, { durationSeconds: 3_599.5, picture: 's.jpg' }).split('\n\n');

  expect(sheet).toMatchObject({ count: 100, everySeconds: 36, columns: 10, rows: 10 });
  expect(lines[0]).toBe('WEBVTT');
  expect(lines[12]).toBe('00:06:36.000 --> 00:07:12.000\ns.jpg#xywh=160,90,160,90');
  expect(lines[100]).toBe('00:59:24.000 --> 00:59:59.500\ns.jpg#xywh=1440,810,160,90\n');
});

test('a working folder of a process that died is swept, others stay', async () => {
  await using studio = await openStudio({ workers: false });
  const root = join(studio.folder, 'swept');
  const dead = `${hostname()}~999999999~1`;
  // Our own process id in the hands of a process that started at another time.
  const before = `${hostname()}~${process.pid}~1`;
  for (const name of [dead, before, 'elsewhere~1~1', 'something-else']) {
    await mkdir(join(root, name, 'job-x'), { recursive: true });
    await writeFile(join(root, name, 'job-x', 'file'), 'left');
  }

  await using place = await openWorkPlace(root);
  const names = await readdir(root);

  expect(names).not.toContain(dead);
  expect(names).not.toContain(before);
  expect(names).toEqual(expect.arrayContaining(['elsewhere~1~1', 'something-else']));
  expect(place).toBeDefined();
});

test('work that does not fit the disk is refused before it begins, and room is given back', async () => {
  await using studio = await openStudio({ workers: false });
  await using place = await openWorkPlace(join(studio.folder, 'disk'));

  await expect(place.open(Number.MAX_SAFE_INTEGER)).rejects.toMatchObject({
    code: 'disk_full',
    retryable: true,
  });
  await using folder = await place.open(1_000);
  expect(folder.path).toContain('job-');
});
