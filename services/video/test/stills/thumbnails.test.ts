import { expect, test } from 'vitest';
import { sheetOf } from '../../src/stills/sheet.ts';
import { thumbnailsVtt } from '../../src/stills/thumbnails-vtt.ts';

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
