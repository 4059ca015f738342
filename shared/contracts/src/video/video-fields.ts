import { z } from 'zod';
import type { TaskPolicy } from '../task.ts';

/** What can be made of a video: the shorter side in pixels, the largest first. */
export const VIDEO_QUALITIES = ['1080p', '720p', '480p', '360p'] as const;

export type VideoQuality = (typeof VIDEO_QUALITIES)[number];

/** A part of storage keys: other products number their videos. */
export const videoId = z.union([
  z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'may hold 64 letters, digits, "_" and "-" only'),
  z.int().nonnegative().transform(String),
]);

/** A key in storage below `videos/`, or a path in one of the worker's upload folders. */
export const videoPath = z.string().min(1).max(1_024);

/** What probing found, and what the jobs of one video need to know of it. */
export const videoFacts = z.strictObject({
  /** In pixels, as seen upright and with square pixels. */
  width: z.int().positive(),
  height: z.int().positive(),
  durationSeconds: z.number().positive(),
  /** Constant from here on, as a fraction, as in `30000/1001`. */
  frameRate: z.string().regex(/^\d+\/\d+$/),
  /** Brighter than standard screens show: its tones are mapped. */
  hdr: z.boolean(),
  interlaced: z.boolean(),
  /** How its colours are written, where the file does not say. */
  matrix: z.enum(['auto', 'bt709']).default('auto'),
  /** Which of the file's streams are taken. */
  videoStream: z.int().nonnegative(),
  audioStream: z.int().nonnegative().nullable(),
});

export type VideoFacts = z.output<typeof videoFacts>;

/** One rendition as it lies in storage. */
export const renditionResult = z.strictObject({
  quality: z.enum(VIDEO_QUALITIES),
  /** In pixels. */
  width: z.int(),
  height: z.int(),
  /** As in `avc1.64001f,mp4a.40.2`. */
  codecs: z.string(),
  /** In bits per second, of the largest segment. */
  bandwidth: z.int(),
  /** Keys in storage. */
  mp4Key: z.string(),
  playlistKey: z.string(),
  /** Of the MP4. */
  bytes: z.int(),
});

/** Three attempts of half an hour each, a minute apart at most. */
export const videoPolicy = {
  attempts: 3,
  backoff: { type: 'exponential', delayMs: 5_000, maxDelayMs: 60_000, jitter: 0.2 },
  timeoutMs: 1_800_000,
  keepResultMs: 86_400_000,
} as const satisfies Partial<TaskPolicy>;
