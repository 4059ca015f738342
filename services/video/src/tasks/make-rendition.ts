import { makeRendition, type VideoQuality } from '@shared/contracts';
import { findRendition, recordRendition, type VideoRendition } from '@shared/database';
import { implement } from '@shared/queue';
import { encodeRendition } from '../encode-rendition.ts';
import { estimateBytes, rungOf } from '../ladder.ts';
import { endWithParent } from '../parts/end-with-parent.ts';
import { valueOf } from '../probe/frame-rate.ts';
import type { VideoServices } from '../services.ts';
import { locateSource } from '../source/locate-source.ts';
import { kindFolder, madeFolder } from '../store/folders.ts';
import { removeFolder, removeOlder } from '../store/remove.ts';
import { storeFolder } from '../store/store-folder.ts';

/** The share of the progress that is left for storing what was encoded. */
const ENCODED = 0.97;

export const createMakeRenditionHandler = (services: VideoServices) =>
  implement(makeRendition, async ({ videoId, videoPath, parentJobId, quality, facts }, attempt) => {
    const { database, storage, place, sources, tools, producer } = services;
    const { jobId, fence, signal, log } = attempt;
    using _parent = endWithParent(parentJobId, attempt, producer);
    const before = await findRendition(database, videoId, quality);
    // The worker died between recording and completing: all is done.
    if (before?.jobId === jobId) return viewOf(before);

    const rung = rungOf(facts, quality);
    await using source = await sources.hold(await locateSource(videoPath, services), signal);
    await using work = await place.open(estimateBytes(rung, facts));
    const local = `${work.path}/made`;
    const encoded = await encodeRendition(
      { input: source.path, folder: local, facts, rung },
      {
        tools,
        signal,
        onSeconds: (seconds) => attempt.progress(...progressOf(seconds, facts.durationSeconds)),
      },
    );

    const folder = madeFolder(videoId, quality, fence);
    await storeFolder(local, { folder, storage, signal });
    // From here on a stop comes too late: objects without their row would be litter.
    const { width, height } = rung;
    const row = { videoId, quality, folder, width, height, frameRate: valueOf(facts.frameRate) };
    try {
      await recordRendition(database, { ...row, ...encoded, jobId, fence });
    } catch (error) {
      await removeFolder(storage, folder);
      throw error;
    }
    await removeOlder(storage, kindFolder(videoId, quality), fence);
    log.info({ videoId, quality, width, height, bytes: encoded.bytes }, 'rendition stored');
    return viewOf({ ...row, ...encoded });
  });

const progressOf = (seconds: number, of: number): [number, string] => [
  Math.min(1, seconds / of) * ENCODED,
  `${Math.floor(Math.min(seconds, of))} of ${Math.ceil(of)} s`,
];

/** What both the job and the row say. */
const viewOf = (
  row: Pick<
    VideoRendition,
    'quality' | 'width' | 'height' | 'codecs' | 'bandwidth' | 'folder' | 'bytes'
  >,
) => ({
  quality: row.quality as VideoQuality, // Written by this handler alone.
  width: row.width,
  height: row.height,
  codecs: row.codecs,
  bandwidth: row.bandwidth,
  mp4Key: `${row.folder}/video.mp4`,
  playlistKey: `${row.folder}/index.m3u8`,
  bytes: row.bytes,
});
