import { expect, test } from 'vitest';
import { codecsOf } from '../../src/hls/codecs.ts';
import { masterPlaylist } from '../../src/hls/master-playlist.ts';
import { bandwidthOf } from '../../src/hls/media-playlist.ts';

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
