import type { ResizeOptions } from 'sharp';

export type VariantName = keyof typeof VARIANTS;

/** What each variant makes of an upright image, in pixels. */
export const VARIANTS = {
  /** Always exactly this size: the middle of the image, enlarged if need be. */
  thumbnail: { width: 250, height: 200, fit: 'cover' },
  medium: { width: 1024, height: 1024, fit: 'inside', withoutEnlargement: true },
  large: { width: 1920, height: 1920, fit: 'inside', withoutEnlargement: true },
} as const satisfies Record<string, ResizeOptions>;
