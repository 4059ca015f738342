import { fileTypeFromBuffer } from 'file-type';
import { UnsupportedVideoError } from '../errors/unsupported-video-error.ts';

/** Windows Media; file-type counts it to the applications. */
const OTHERS = new Set(['application/vnd.ms-asf']);

/**
 * The media type that the beginning of a file shows, whatever its name and its sender say. Whether
 * there is a video inside that can be decoded is seen when it is processed.
 *
 * @throws {UnsupportedVideoError}
 */
export const videoTypeOf = async (head: Uint8Array): Promise<string> => {
  const found = (await fileTypeFromBuffer(head))?.mime;
  if (found === undefined || !(found.startsWith('video/') || OTHERS.has(found))) {
    throw new UnsupportedVideoError(found);
  }
  return found;
};
