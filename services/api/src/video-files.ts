import { createHmac, timingSafeEqual } from 'node:crypto';
import { InvalidSignatureError } from '@shared/storage';
import { VideoNotFoundError } from './errors/video-not-found-error.ts';

/** Long enough to watch the longest video that is taken, with pauses. */
const LIFETIME_MS = 12 * 3_600_000;

/** What is made of a video and may be fetched; the original may not. */
const FILE =
  /^(?:1080p|720p|480p|360p|stills|hls)\/[0-9a-z]{1,20}\/[A-Za-z0-9-]{1,60}\.(?:m3u8|mp4|m4s|jpg|vtt)$/;

/**
 * Addresses of a video's files: `/videos/<id>/files/<token>/<path>`. The token stands in the path, so
 * that the relative addresses inside playlists hold, and whoever has it sees this one video for a
 * while.
 */
export const createVideoFiles = (secret: string) => {
  const sign = (videoId: string, expires: string) =>
    createHmac('sha256', secret).update(`video-files\n${videoId}\n${expires}`).digest('base64url');

  return {
    /** @returns the address of each key that lies in the video's folder. */
    addresses: (videoId: string, now = Date.now()) => {
      const expires = String(now + LIFETIME_MS);
      const base = `/videos/${videoId}/files/${expires}.${sign(videoId, expires)}/`;
      return (key: string) => key.replace(`videos/${videoId}/`, base);
    },

    /**
     * The key of a file that a token gives access to.
     *
     * @throws {InvalidSignatureError} the token is not ours, or its time is over.
     * @throws {VideoNotFoundError} no such file is ever made.
     */
    keyOf: (
      { videoId, token, path }: { videoId: string; token: string; path: string },
      now = Date.now(),
    ): string => {
      const [expires = '', signature = ''] = token.split('.');
      if (!equal(sign(videoId, expires), signature)) {
        throw new InvalidSignatureError('its signature does not fit');
      }
      if (now >= Number(expires)) throw new InvalidSignatureError('it has expired');
      if (!FILE.test(path)) throw new VideoNotFoundError();
      return `videos/${videoId}/${path}`;
    },
  };
};

export type VideoFiles = ReturnType<typeof createVideoFiles>;

const equal = (one: string, other: string) => {
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
};
