import type { VideoFacts } from '@shared/contracts';
import type { Sheet } from '../stills/sheet.ts';
import { optionList } from './option-list.ts';
import { pictureFilters } from './picture-filters.ts';

/** The larger side of a poster. */
const POSTER_SIDE = 1_280;

/** The whole range of brightness, which is what JPEG has. */
const JPEG = 'format=yuvj420p';

/** One picture: the first frame from the place that was sought. */
export const posterOptions = (facts: VideoFacts): string[] => {
  const scale = Math.min(1, POSTER_SIDE / Math.max(facts.width, facts.height));
  const size = { width: Math.round(facts.width * scale), height: Math.round(facts.height * scale) };
  return onePicture(facts, { filters: pictureFilters(facts, size), coarseness: 3 });
};

/**
 * All thumbnails side by side in one picture. The last frame is repeated without end, so that the sheet
 * is full however early the video ends.
 */
export const sheetOptions = (
  facts: VideoFacts,
  { everySeconds, columns, rows, tile }: Sheet,
): string[] =>
  onePicture(facts, {
    filters: [
      `fps=1/${everySeconds}:start_time=0`,
      ...pictureFilters(facts, tile),
      'tpad=stop_mode=clone:stop=-1',
      `tile=${columns}x${rows}`,
    ],
    coarseness: 4,
  });

/** @param options.coarseness of the JPEG, from 1 (fine) to 31. */
const onePicture = (
  { videoStream }: VideoFacts,
  { filters, coarseness }: { filters: readonly string[]; coarseness: number },
) =>
  optionList({
    map: `0:${videoStream}`,
    vf: [...filters, JPEG].join(','),
    'frames:v': 1,
    'q:v': coarseness,
    map_metadata: -1,
    f: 'image2',
    update: 1,
  });
