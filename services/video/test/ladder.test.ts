import { expect, test } from 'vitest';
import { chooseQualities, rungOf } from '../src/ladder.ts';

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
