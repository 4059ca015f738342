import type { VideoFacts } from '@shared/contracts';
import type { Rung } from '../ladder.ts';
import { optionList } from './option-list.ts';
import { pictureFilters } from './picture-filters.ts';

/** A key frame stands at every multiple, in all renditions alike, so that players can switch there. */
const KEY_FRAME_SECONDS = 2;

const SEGMENT_SECONDS = 4;

/** Visually fine; the bit rate's cap only bites in busy scenes. */
const QUALITY = 23;

/** More than a key frame's distance at any rate, so that only the forced ones stand. */
const MOST_FRAMES = 600;

/**
 * H.264 and AAC, nothing of the original's metadata, written at once as a file and as a stream: what
 * comes of it are {@link RENDITION_FILES} in the folder in which ffmpeg runs.
 */
export const renditionOptions = (facts: VideoFacts, rung: Rung): string[] =>
  optionList({
    map: [facts.videoStream, facts.audioStream]
      .filter((stream) => stream !== null)
      .map((stream) => `0:${stream}`),
    // A picture per tick of the rate, whatever the original's timing: renditions stay in step.
    vf: [`fps=${facts.frameRate}`, ...pictureFilters(facts, rung)].join(','),
    'c:v': 'libx264',
    preset: 'veryfast',
    crf: QUALITY,
    'profile:v': 'high',
    colorspace: 'bt709',
    color_primaries: 'bt709',
    color_trc: 'bt709',
    color_range: 'tv',
    maxrate: rung.videoBitrate,
    bufsize: rung.videoBitrate * 2,
    force_key_frames: `expr:gte(t,n_forced*${KEY_FRAME_SECONDS})`,
    sc_threshold: 0,
    g: MOST_FRAMES,
    'c:a': 'aac',
    'b:a': rung.audioBitrate,
    ac: 2,
    ar: 48_000,
    map_metadata: -1,
    map_chapters: -1,
    // Both kinds of file have the codecs' parameters in their header, which `tee` does not ask for.
    flags: '+global_header',
    f: 'tee',
  });

export const RENDITION_FILES = { mp4: 'video.mp4', playlist: 'index.m3u8', header: 'init.mp4' };

/** One encode, two ways of writing it: names without a folder, which would have to be escaped in here. */
export const RENDITION_OUTPUT = [
  teed(RENDITION_FILES.mp4, { f: 'mp4', movflags: '+faststart' }),
  teed(RENDITION_FILES.playlist, {
    f: 'hls',
    hls_time: SEGMENT_SECONDS,
    hls_playlist_type: 'vod',
    hls_flags: 'independent_segments',
    hls_segment_type: 'fmp4',
    hls_fmp4_init_filename: RENDITION_FILES.header,
    hls_segment_filename: 'segment-%05d.m4s',
  }),
].join('|');

function teed(name: string, options: Record<string, string | number>): string {
  const list = Object.entries(options).map(([option, value]) => `${option}=${value}`);
  return `[${list.join(':')}]${name}`;
}
