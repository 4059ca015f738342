import { execFile } from 'node:child_process';
import { fileUrl, INPUT_OPTIONS } from '../ffmpeg/input-options.ts';
import type { Tools } from '../ffmpeg/tools.ts';
import { UnsupportedVideoError } from '../errors/unsupported-video-error.ts';
import { VideoOutOfRangeError } from '../errors/video-out-of-range-error.ts';

/** Headers are read within seconds; a file that keeps ffprobe busy for longer means no good. */
const TIMEOUT_MS = 60_000;

/** A file may claim thousands of streams. */
const MAX_ANSWER_BYTES = 4 * 1_048_576;

/**
 * Asks ffprobe about a local file.
 *
 * @param ask what to print, beside the restrictions that every file gets.
 * @throws {UnsupportedVideoError | VideoOutOfRangeError}
 */
export const runFfprobe = async (
  path: string,
  ask: readonly string[],
  {
    tools,
    signal,
    timeoutMs = TIMEOUT_MS,
    maxBytes = MAX_ANSWER_BYTES,
  }: { tools: Tools; signal: AbortSignal; timeoutMs?: number; maxBytes?: number },
): Promise<string> => {
  signal.throwIfAborted();
  const args = ['-v', 'error', ...INPUT_OPTIONS, ...ask, '-i', fileUrl(path)];
  const options = {
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
    maxBuffer: maxBytes,
    signal,
  } as const;
  return new Promise((resolve, reject) => {
    execFile(tools.ffprobe, args, options, (error, stdout, stderr) => {
      if (error === null) return resolve(stdout);
      if (signal.aborted) return reject(signal.reason as Error);
      reject(refusalOf(error, stderr));
    });
  });
};

const refusalOf = (error: Error & { code?: unknown; killed?: boolean }, stderr: string) => {
  if (error.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') {
    return new VideoOutOfRangeError('its header has no end');
  }
  if (error.killed === true) return new VideoOutOfRangeError('its header cannot be read in time');
  // Our own trouble (ENOENT, EMFILE) is no verdict about the file.
  if (typeof error.code !== 'number') return error;
  const known = /not on whitelist/i.test(stderr)
    ? 'its content is of none of the formats that can be read'
    : 'its content is no video, or is damaged';
  return new UnsupportedVideoError(known, error);
};
