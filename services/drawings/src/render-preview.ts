import sharp from 'sharp';

/** Of the longer side, in pixels. */
const PREVIEW_PIXELS = 900;

// One thread of libvips for each of ours, and nothing kept: every drawing is rendered once.
sharp.concurrency(1);
sharp.cache(false);

/** The drawing as PNG on white paper. */
export const renderPreview = (
  svg: string,
  { width, height }: { width: number; height: number },
): Promise<Buffer> => {
  const scale = PREVIEW_PIXELS / Math.max(width, height);
  const pixels = (millimetres: number) => Math.max(Math.round(millimetres * scale), 1);
  // sharp's density scales millimetres twice (sharp 0.35, librsvg), so the size is given in pixels.
  const sized = svg.replace(
    `width="${width}mm" height="${height}mm"`,
    `width="${pixels(width)}" height="${pixels(height)}"`,
  );
  return sharp(Buffer.from(sized)).flatten({ background: 'white' }).png().toBuffer();
};
