import {
  makeRendition,
  makeStills,
  processVideo,
  type VideoFacts,
  type VideoQuality,
} from '@shared/contracts';
import { ensureVideo, listRenditions, recordVideoReady, setVideoJob } from '@shared/database';
import { JobCancelledError, PlatformError } from '@shared/errors';
import { type Attempt, implement } from '@shared/queue';
import { VideoTakenError } from '../errors/video-taken-error.ts';
import { chooseQualities, rungOf } from '../ladder.ts';
import { abandonParts } from '../parts/abandon-parts.ts';
import { awaitParts } from '../parts/await-parts.ts';
import { type Part, startPart } from '../parts/start-part.ts';
import { probeVideo } from '../probe/probe-video.ts';
import type { VideoServices } from '../services.ts';
import { locateSource } from '../source/locate-source.ts';
import { storeMaster } from '../store/store-master.ts';

type Request = { videoId: string; videoPath: string; userId: string };

/** Probe, have each rendition made by a job of its own, put them together. */
export const createProcessVideoHandler = (services: VideoServices) =>
  implement(processVideo, async ({ processingOptions, ...request }, attempt) => {
    const { videoId, videoPath } = request;
    const { database, sources } = services;
    const { jobId, fence, signal, log } = attempt;
    await claimVideo(request, attempt, services);
    // Held to the end, so that the parts that run beside us need not copy it again.
    await using source = await sources.hold(await locateSource(videoPath, services), signal);
    const facts = await probeVideo(source.path, { ...services, signal });
    const qualities = chooseQualities(facts, processingOptions.quality);
    log.info({ videoId, ...facts, qualities }, 'video probed');
    attempt.progress(0.02, 'probed');

    const parts = await startParts(request, { facts, qualities, attempt });
    try {
      const { timeoutMs } = processVideo;
      const results = await awaitParts(parts, attempt, { timeoutMs });
      const stills = makeStills.result.parse(results.at(-1));
      const renditions = results.slice(0, -1).map((made) => makeRendition.result.parse(made));
      const rows = await listRenditions(database, videoId);
      const masterKey = await storeMaster(videoId, { rows, qualities, fence }, services);
      const { width, height, durationSeconds } = facts;
      const durationMs = Math.round(durationSeconds * 1_000);
      const ready = { id: videoId, jobId, fence, width, height, durationMs, masterKey, ...stills };
      await recordVideoReady(database, ready);
      return { videoId, width, height, durationSeconds, renditions, masterKey, ...stills };
    } catch (error) {
      if (isTheEnd(error, attempt)) await abandonParts(videoId, parts, services);
      throw error;
    }
  });

/** @throws {VideoTakenError} */
const claimVideo = async (
  { videoId, videoPath, userId }: Request,
  { jobId }: Pick<Attempt, 'jobId'>,
  { database }: Pick<VideoServices, 'database'>,
) => {
  const video = await ensureVideo(database, { id: videoId, ownerId: userId, source: videoPath });
  if (video.ownerId !== userId) throw new VideoTakenError(videoId);
  if (video.jobId !== jobId) await setVideoJob(database, videoId, jobId);
};

/** The largest first: it takes longest. The stills come last in the list, and are small. */
const startParts = async (
  { videoId, videoPath }: Request,
  {
    facts,
    qualities,
    attempt,
  }: { facts: VideoFacts; qualities: readonly VideoQuality[]; attempt: Attempt },
): Promise<Part[]> => {
  const common = { videoId, videoPath, parentJobId: attempt.jobId, facts };
  const parts: Part[] = [];
  for (const quality of qualities) {
    const { width, height } = rungOf(facts, quality);
    const order = { task: makeRendition, payload: { ...common, quality } };
    parts.push(await startPart({ name: quality, weight: width * height }, order, attempt));
  }
  const weight = (parts.at(-1)?.weight ?? 1) / 4;
  const order = { task: makeStills, payload: common };
  return [...parts, await startPart({ name: 'stills', weight }, order, attempt)];
};

/** Whether no further attempt will come; after a shutdown or a lost lock another one goes on from here. */
const isTheEnd = (error: unknown, { signal, attempt, attempts }: Attempt): boolean => {
  if (signal.reason instanceof JobCancelledError) return true;
  if (signal.aborted && !(error instanceof PlatformError)) return false;
  const retryable = !(error instanceof PlatformError) || error.retryable;
  return !retryable || attempt >= attempts;
};
