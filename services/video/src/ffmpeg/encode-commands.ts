import type { VideoFacts, VideoQuality } from '@shared/contracts';
import { rungOf } from '../ladder.ts';
import { sheetOf } from '../stills/sheet.ts';
import { fileUrl, INPUT_OPTIONS } from './input-options.ts';
import { RENDITION_OUTPUT, renditionOptions } from './rendition-options.ts';
import { posterOptions, sheetOptions } from './stills-options.ts';
import type { Tools } from './tools.ts';

/** Command lines that follow each other, to be run in a folder. */
type Commands = { folder: string; lines: string[][] };

/**
 * All that is run for one video, as somebody with a shell would, a list for each job. What the platform
 * costs beside them is measured against these.
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
): Commands[] => {
  const threads = ['-threads', String(tools.threads)];
  const program = ['nice', '-n', String(tools.niceness), tools.ffmpeg, '-nostdin', '-y'];
  const before = [...program, '-v', 'error', ...threads, ...INPUT_OPTIONS];
  const line = (options: readonly string[], to: string, seek: readonly string[] = []) =>
    [before, seek, ['-i', fileUrl(input)], threads, options, to].flat();
  const seek = ['-ss', (facts.durationSeconds / 10).toFixed(3)];
  const lists = [
    ...qualities.map((quality) => [
      line(renditionOptions(facts, rungOf(facts, quality)), RENDITION_OUTPUT),
    ]),
    [
      line(posterOptions(facts), 'poster.jpg', seek),
      line(sheetOptions(facts, sheetOf(facts)), 'sprite.jpg'),
    ],
  ];
  return lists.map((lines, at) => ({ folder: folders[at] ?? '.', lines }));
};
