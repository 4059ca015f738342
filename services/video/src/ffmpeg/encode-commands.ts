import type { VideoFacts, VideoQuality } from '@shared/contracts';
import { rungOf } from '../ladder.ts';
import { sheetOf } from '../stills/sheet.ts';
import { fileUrl, INPUT_OPTIONS } from './input-options.ts';
import { hlsOptions, mp4Options } from './rendition-options.ts';
import { posterOptions, sheetOptions } from './stills-options.ts';
import type { Tools } from './tools.ts';

/**
 * All that is run for one video, as somebody with a shell would: a list for each job, of command lines
 * that follow each other. What the platform costs beside them is measured against these.
 *
 * @param folders an existing one for each quality, in their order, and one for the stills.
 */
export const encodeCommands = (
  facts: VideoFacts,
  {
    input,
    qualities,
    folders,
    tools,
  }: {
    input: string;
    qualities: readonly VideoQuality[];
    folders: readonly string[];
    tools: Tools;
  },
): string[][][] => {
  const line = (from: string, options: readonly string[], to: string, before: string[] = []) => [
    'nice',
    '-n',
    String(tools.niceness),
    tools.ffmpeg,
    '-nostdin',
    '-y',
    '-v',
    'error',
    '-threads',
    String(tools.threads),
    ...INPUT_OPTIONS,
    ...before,
    '-i',
    fileUrl(from),
    '-threads',
    String(tools.threads),
    ...options,
    to,
  ];
  const renditions = qualities.map((quality, at) => {
    const folder = folders[at] ?? '.';
    const mp4 = `${folder}/video.mp4`;
    return [
      line(input, mp4Options(facts, rungOf(facts, quality)), mp4),
      line(mp4, hlsOptions(folder), `${folder}/index.m3u8`),
    ];
  });
  const folder = folders[qualities.length] ?? '.';
  const seek = ['-ss', (facts.durationSeconds / 10).toFixed(3)];
  const stills = [
    line(input, posterOptions(facts), `${folder}/poster.jpg`, seek),
    line(input, sheetOptions(facts, sheetOf(facts)), `${folder}/sprite.jpg`),
  ];
  return [...renditions, stills];
};
