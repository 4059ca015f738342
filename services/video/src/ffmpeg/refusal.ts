import type { PlatformError } from '@shared/errors';
import { CorruptVideoError } from '../errors/corrupt-video-error.ts';
import { DiskFullError } from '../errors/disk-full-error.ts';
import { FfmpegFailedError } from '../errors/ffmpeg-failed-error.ts';

/** What ffmpeg (5 to 8) says of files that no attempt will ever decode. */
const THE_FILE =
  /Invalid data found|moov atom not found|Could not find codec parameters|does not contain any stream|matches no streams|Output file (?:is empty|does not contain)|nothing was encoded|Error while decoding|Decoder .* not found|Conversion failed/i;

/**
 * ffmpeg's exit code is 1 whatever went wrong; what it was about is in its words only.
 *
 * @param said all of its standard error.
 */
export const refusalOf = (error: Error, said: string): PlatformError => {
  if (/No space left on device/i.test(said)) return new DiskFullError(0, 0);
  if (/killed with signal/.test(error.message)) {
    return new FfmpegFailedError(error.message.replace(/^ffmpeg /, ''), error);
  }
  const line = telling(said) ?? error.message;
  return THE_FILE.test(said)
    ? new CorruptVideoError(line)
    : new FfmpegFailedError(`said "${line}"`, error);
};

const LONGEST = 200;

/** The last line with a complaint, without paths and addresses of ours. */
const telling = (said: string): string | undefined =>
  said
    .split('\n')
    .map((line) => line.trim())
    .findLast((line) => THE_FILE.test(line) || /error/i.test(line))
    ?.replace(/(?:file:)?\/\S+/g, '…')
    .replace(/ @ 0x[0-9a-f]+/g, '')
    .slice(0, LONGEST);
