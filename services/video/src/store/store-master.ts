import type { VideoRendition } from '@shared/database';
import type { Storage } from '@shared/storage';
import { masterPlaylist } from '../hls/master-playlist.ts';
import { kindFolder, madeFolder } from './folders.ts';
import { removeOlder } from './remove.ts';

const KIND = 'hls';

/**
 * Stores the playlist of a video's renditions, whose addresses in it are relative: they hold wherever
 * the video's folder is served.
 *
 * @returns its key.
 */
export const storeMaster = async (
  videoId: string,
  {
    rows,
    qualities,
    fence,
  }: { rows: readonly VideoRendition[]; qualities: readonly string[]; fence: number },
  { storage }: { storage: Storage },
): Promise<string> => {
  const variants = rows
    .filter(({ quality }) => qualities.includes(quality))
    .map(({ folder, ...variant }) => ({
      ...variant,
      uri: `${folder.replace(`videos/${videoId}/`, '../../')}/index.m3u8`,
    }));
  const key = `${madeFolder(videoId, KIND, fence)}/master.m3u8`;
  const content = Buffer.from(masterPlaylist(variants));
  await storage.put(key, content, { contentType: 'application/vnd.apple.mpegurl' });
  await removeOlder(storage, kindFolder(videoId, KIND), fence);
  return key;
};
