import { VIDEO_QUALITIES, type VideoQuality } from '@shared/contracts';
import { z } from 'zod';

/** `720p,480p`; all of them unless told. */
export const videoQualities = z
  .string()
  .default(VIDEO_QUALITIES.join(','))
  .transform((text) => text.split(','))
  .pipe(
    z.array(z.enum(VIDEO_QUALITIES, `must be of ${VIDEO_QUALITIES.join(', ')}`)).min(1),
  ) satisfies z.ZodType<VideoQuality[]>;
