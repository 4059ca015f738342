/** A segment of a playlist that ffmpeg wrote. */
export type Segment = { file: string; seconds: number };

export type MediaPlaylist = { segments: Segment[]; targetSeconds: number };

export const readMediaPlaylist = (text: string): MediaPlaylist => {
  const segments: Segment[] = [];
  let targetSeconds = 0;
  let seconds = 0;
  for (const line of text.split('\n')) {
    const [, target] = /^#EXT-X-TARGETDURATION:(\d+)/.exec(line) ?? [];
    const [, length] = /^#EXTINF:([\d.]+)/.exec(line) ?? [];
    if (target !== undefined) targetSeconds = Number(target);
    if (length !== undefined) seconds = Number(length);
    if (line !== '' && !line.startsWith('#')) segments.push({ file: line.trim(), seconds });
  }
  return { segments, targetSeconds };
};

/** A segment with its size. */
export type WeighedSegment = Pick<Segment, 'seconds'> & { bytes: number };

/**
 * The two bit rates of a stream as RFC 8216 (4.3.4.2) defines them, in bits per second: the largest of
 * any run of segments that lasts between half and one and a half times the target, and that of all.
 */
export const bandwidthOf = (
  segments: readonly WeighedSegment[],
  targetSeconds: number,
): { peak: number; average: number } => {
  const average = rateOf(segments);
  let peak = 0;
  for (let from = 0; from < segments.length; from += 1) {
    for (let to = from + 1; to <= segments.length; to += 1) {
      const run = segments.slice(from, to);
      const seconds = secondsOf(run);
      if (seconds > targetSeconds * 1.5) break;
      if (seconds >= targetSeconds * 0.5) peak = Math.max(peak, rateOf(run));
    }
  }
  // A video shorter than half a segment has no such run.
  return { peak: Math.max(peak, average), average };
};

const secondsOf = (run: readonly WeighedSegment[]) =>
  run.reduce((sum, { seconds }) => sum + seconds, 0);

const rateOf = (run: readonly WeighedSegment[]) =>
  Math.ceil((run.reduce((sum, { bytes }) => sum + bytes, 0) * 8) / secondsOf(run));
