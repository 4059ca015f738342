import type { VideoFacts } from '@shared/contracts';
import { z } from 'zod';
import { UnsupportedVideoError } from '../errors/unsupported-video-error.ts';
import { VideoOutOfRangeError } from '../errors/video-out-of-range-error.ts';
import type { Tools } from '../ffmpeg/tools.ts';
import { chooseFrameRate } from './frame-rate.ts';
import { measureDuration } from './measure-duration.ts';
import { runFfprobe } from './run-ffprobe.ts';

const number = z.coerce.number().optional().catch(undefined);

const Stream = z.looseObject({
  index: z.int(),
  codec_type: z.string().optional(),
  codec_name: z.string().optional(),
  width: number,
  height: number,
  duration: number,
  sample_aspect_ratio: z.string().optional(),
  field_order: z.string().optional(),
  color_transfer: z.string().optional(),
  color_space: z.string().optional(),
  r_frame_rate: z.string().optional(),
  avg_frame_rate: z.string().optional(),
  sample_rate: number,
  disposition: z.looseObject({ attached_pic: z.int().optional() }).optional(),
  tags: z.looseObject({ rotate: z.string().optional() }).optional(),
  side_data_list: z.array(z.looseObject({ rotation: number })).optional(),
});

type Stream = z.output<typeof Stream>;

const Answer = z.looseObject({
  streams: z.array(Stream).default([]),
  format: z.looseObject({ duration: number }).optional(),
});

const MIN_SIDE = 16;
const MAX_SIDE = 8_192;
const MAX_PIXELS = 8_192 * 4_320;
const MAX_STREAMS = 64;

/** Wider or taller than this, and nobody could watch what the ladder makes of it. */
const MAX_ASPECT = 16;

/** Still pictures that some containers hold as a stream of video. */
const STILLS = new Set(['png', 'bmp', 'gif', 'webp', 'tiff', 'svg']);

const HDR_TRANSFERS = new Set(['smpte2084', 'arib-std-b67']);

/**
 * What a file really is, by its content alone.
 *
 * @param options.maxSeconds longer videos are refused.
 * @throws {UnsupportedVideoError | VideoOutOfRangeError}
 */
export const probeVideo = async (
  path: string,
  { tools, signal, maxSeconds }: { tools: Tools; signal: AbortSignal; maxSeconds: number },
): Promise<VideoFacts> => {
  const ask = ['-print_format', 'json', '-show_format', '-show_streams'];
  const { streams, format } = Answer.parse(
    JSON.parse(await runFfprobe(path, ask, { tools, signal })),
  );
  if (streams.length > MAX_STREAMS) {
    throw new VideoOutOfRangeError(
      `it has ${streams.length} streams and ${MAX_STREAMS} are the limit`,
    );
  }
  const video = streams.find(isVideo);
  if (video === undefined) throw new UnsupportedVideoError('there is no video in it');
  const size = uprightSize(video);
  checkSize(size);
  const durationSeconds =
    positive(video.duration) ??
    positive(format?.duration) ??
    (await measureDuration(path, { stream: video.index, tools, signal }));
  if (durationSeconds > maxSeconds) {
    throw new VideoOutOfRangeError(
      `it lasts ${Math.ceil(durationSeconds)} seconds and ${maxSeconds} are the limit`,
    );
  }
  return {
    ...size,
    durationSeconds,
    frameRate: chooseFrameRate(video),
    hdr: HDR_TRANSFERS.has(video.color_transfer ?? ''),
    interlaced: /^(tt|bb|tb|bt)$/.test(video.field_order ?? ''),
    matrix: matrixOf(video, size),
    videoStream: video.index,
    audioStream: streams.find(isAudio)?.index ?? null,
  };
};

/** Cover pictures of music are streams of video too. */
const isVideo = ({ codec_type, codec_name, disposition }: Stream) =>
  codec_type === 'video' &&
  codec_name !== undefined &&
  !STILLS.has(codec_name) &&
  disposition?.attached_pic !== 1;

const isAudio = ({ codec_type, codec_name, sample_rate }: Stream) =>
  codec_type === 'audio' && codec_name !== undefined && (sample_rate ?? 0) > 0;

/** As a player shows it: pixels made square, and turned as the camera was held. */
const uprightSize = (stream: Stream) => {
  const { width = 0, height = 0, sample_aspect_ratio = '' } = stream;
  const [across = 0, down = 0] = sample_aspect_ratio.split(':').map(Number);
  const stretch = across > 0 && down > 0 ? across / down : 1;
  const wide = Math.round(width * stretch);
  const turned = Math.abs(rotationOf(stream)) % 180 === 90;
  return turned ? { width: height, height: wide } : { width: wide, height };
};

const rotationOf = ({ side_data_list = [], tags }: Stream): number =>
  side_data_list.find(({ rotation }) => rotation !== undefined)?.rotation ??
  (Number(tags?.rotate ?? 0) || 0);

const checkSize = ({ width, height }: { width: number; height: number }) => {
  const [short, long] = [Math.min(width, height), Math.max(width, height)];
  if (short < MIN_SIDE || long > MAX_SIDE || width * height > MAX_PIXELS) {
    throw new VideoOutOfRangeError(
      `it has ${width}×${height} pixels, and ${MIN_SIDE} to ${MAX_SIDE} along a side and ${MAX_PIXELS} in all are taken`,
    );
  }
  if (long / short > MAX_ASPECT) {
    throw new VideoOutOfRangeError(
      `it has ${width}×${height} pixels, and one side may be ${MAX_ASPECT} times the other at most`,
    );
  }
};

/** What players take for granted of a file that does not say: HD is written by BT.709, the rest by BT.601. */
const matrixOf = ({ color_space }: Stream, { width, height }: { width: number; height: number }) =>
  (color_space ?? 'unknown') === 'unknown' && Math.min(width, height) >= 720 ? 'bt709' : 'auto';

const positive = (value: number | undefined) =>
  value !== undefined && Number.isFinite(value) && value > 0 ? value : undefined;
