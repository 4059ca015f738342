/**
 * Everything of a video lies below `videos/<id>/`. What an attempt makes gets a folder named by its
 * fence, so that no attempt ever writes over another's.
 */
export const madeFolder = (videoId: string, kind: string, fence: number): string =>
  `${kindFolder(videoId, kind)}${fence.toString(36)}`;

/** @param kind a quality, `stills` or `hls`. */
export const kindFolder = (videoId: string, kind: string): string => `videos/${videoId}/${kind}/`;

/** The fence of the attempt that an object of this kind was made by; NaN for no such object. */
export const fenceOfKey = (key: string, kind: string): number =>
  key.startsWith(kind)
    ? Number.parseInt(key.slice(kind.length).split('/')[0] ?? '', 36)
    : Number.NaN;
