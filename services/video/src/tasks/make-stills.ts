import { mkdir, writeFile } from 'node:fs/promises';
import { makeStills, type VideoFacts } from '@shared/contracts';
import { implement } from '@shared/queue';
import { runFfmpeg } from '../ffmpeg/run-ffmpeg.ts';
import { posterOptions, sheetOptions } from '../ffmpeg/stills-options.ts';
import { endWithParent } from '../parts/end-with-parent.ts';
import type { VideoServices } from '../services.ts';
import { locateSource } from '../source/locate-source.ts';
import { sheetOf } from '../stills/sheet.ts';
import { thumbnailsVtt } from '../stills/thumbnails-vtt.ts';
import { kindFolder, madeFolder } from '../store/folders.ts';
import { removeOlder } from '../store/remove.ts';
import { storeFolder } from '../store/store-folder.ts';

const KIND = 'stills';

/** Pictures take little. */
const WORK_BYTES = 32 * 1_048_576;

/** Where the poster is taken: the very beginning is often black. */
const POSTER_AT = 0.1;

/**
 * Thumbnails further apart than this are taken from key frames alone, which spares decoding everything
 * between them.
 */
const KEY_FRAMES_FROM_SECONDS = 5;

export const createMakeStillsHandler = (services: VideoServices) =>
  implement(makeStills, async ({ videoId, videoPath, parentJobId, facts }, attempt) => {
    const { storage, place, sources, producer } = services;
    const { fence, signal } = attempt;
    using _parent = endWithParent(parentJobId, attempt, producer);
    await using source = await sources.hold(await locateSource(videoPath, services), signal);
    await using work = await place.open(WORK_BYTES);
    const local = `${work.path}/made`;
    await mkdir(local);

    await makePoster({ input: source.path, folder: local, facts }, services, signal);
    attempt.progress(0.2, 'poster made');
    await makeSheet({ input: source.path, folder: local, facts }, services, {
      signal,
      onSeconds: () => attempt.progress(0.5, 'making thumbnails'),
    });

    const folder = madeFolder(videoId, KIND, fence);
    await storeFolder(local, { folder, storage, signal });
    await removeOlder(storage, kindFolder(videoId, KIND), fence);
    return { posterKey: `${folder}/poster.jpg`, thumbnailsKey: `${folder}/thumbnails.vtt` };
  });

const makePoster = (
  { input, folder, facts }: { input: string; folder: string; facts: VideoFacts },
  { tools }: Pick<VideoServices, 'tools'>,
  signal: AbortSignal,
) =>
  runFfmpeg(
    {
      input,
      inputOptions: ['-ss', (facts.durationSeconds * POSTER_AT).toFixed(3)],
      outputOptions: posterOptions(facts),
      folder,
      output: 'poster.jpg',
    },
    { tools, signal },
  );

const makeSheet = async (
  { input, folder, facts }: { input: string; folder: string; facts: VideoFacts },
  { tools }: Pick<VideoServices, 'tools'>,
  { signal, onSeconds }: { signal: AbortSignal; onSeconds: () => void },
) => {
  const sheet = sheetOf(facts);
  const keyFrames = sheet.everySeconds >= KEY_FRAMES_FROM_SECONDS;
  await runFfmpeg(
    {
      input,
      inputOptions: keyFrames ? ['-skip_frame', 'nokey'] : [],
      outputOptions: sheetOptions(facts, sheet),
      folder,
      output: 'sprite.jpg',
      onSeconds,
    },
    { tools, signal },
  );
  const { durationSeconds } = facts;
  const vtt = thumbnailsVtt(sheet, { durationSeconds, picture: 'sprite.jpg' });
  await writeFile(`${folder}/thumbnails.vtt`, vtt);
};
