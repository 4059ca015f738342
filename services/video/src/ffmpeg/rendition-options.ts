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

/** H.264 and AAC in an MP4 whose index stands in front; nothing of the original's metadata. */
export const mp4Options = (facts: VideoFacts, rung: Rung): string[] =>
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
    movflags: '+faststart',
    f: 'mp4',
  });

/** The same streams, cut at key frames; `folder` takes the segments and their header. */
export const hlsOptions = (folder: string): string[] =>
  optionList({
    map: '0',
    c: 'copy',
    f: 'hls',
    hls_time: SEGMENT_SECONDS,
    hls_playlist_type: 'vod',
    hls_flags: 'independent_segments',
    hls_segment_type: 'fmp4',
    hls_fmp4_init_filename: 'init.mp4',
    hls_segment_filename: `${folder}/segment-%05d.m4s`,
  });
