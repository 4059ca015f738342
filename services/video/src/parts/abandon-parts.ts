import { deleteRendition } from '@shared/database';
import type { VideoServices } from '../services.ts';
import { removeFolder } from '../store/remove.ts';
import type { Part } from './start-part.ts';

/** A killed ffmpeg is gone in an instant, and its files with it; a worker that died never answers. */
const LONGEST_MS = 5_000;

/** Cancels what is left of a video's parts, and removes what the others have made. */
export const abandonParts = async (
  videoId: string,
  parts: readonly Part[],
  { database, storage }: Pick<VideoServices, 'database' | 'storage'>,
): Promise<void> => {
  await Promise.all(parts.map(({ job }) => job.cancel('its video is not processed any more')));
  await Promise.all(
    parts.map(async ({ name, job }) => {
      const made = await job.result({ timeoutMs: LONGEST_MS }).catch(() => undefined);
      if (made === undefined) return;
      await deleteRendition(database, { videoId, quality: name, jobId: job.id });
      const folder = folderOf(made);
      if (folder !== undefined) await removeFolder(storage, folder);
    }),
  );
};

/** Where a part's objects lie, by any of their keys in its result. */
const folderOf = (made: unknown): string | undefined => {
  const { mp4Key, posterKey } = Object(made) as { mp4Key?: string; posterKey?: string };
  return (mp4Key ?? posterKey)?.replace(/\/[^/]+$/, '');
};
