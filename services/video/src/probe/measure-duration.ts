import { UnsupportedVideoError } from '../errors/unsupported-video-error.ts';
import type { Tools } from '../ffmpeg/tools.ts';
import { runFfprobe } from './run-ffprobe.ts';

/** A gigabyte is read in about a second from a warm disk, and a cold one may take its time. */
const TIMEOUT_MS = 300_000;

/** A line of ten bytes for each frame: hours of them. */
const MAX_ANSWER_BYTES = 64 * 1_048_576;

/**
 * How long a video lasts by the times of its packets: what browsers record says nothing in its header.
 *
 * @throws {UnsupportedVideoError} it has no packet with a time.
 */
export const measureDuration = async (
  path: string,
  { stream, tools, signal }: { stream: number; tools: Tools; signal: AbortSignal },
): Promise<number> => {
  const ask = [
    '-select_streams',
    String(stream),
    '-show_entries',
    'packet=pts_time',
    '-of',
    'csv=p=0',
  ];
  const options = { tools, signal, timeoutMs: TIMEOUT_MS, maxBytes: MAX_ANSWER_BYTES };
  const times = (await runFfprobe(path, ask, options))
    .split('\n')
    .map((line) => Number.parseFloat(line))
    .filter((seconds) => Number.isFinite(seconds));
  if (times.length === 0) throw new UnsupportedVideoError('there is not one frame in it');
  let [first, last] = [Infinity, -Infinity];
  for (const seconds of times) {
    first = Math.min(first, seconds);
    last = Math.max(last, seconds);
  }
  const frames = times.length - 1;
  return last - first + (frames > 0 ? (last - first) / frames : 1);
};
