/** One rendition as a master playlist tells of it. */
export type Variant = {
  /** Relative to the master playlist. */
  uri: string;
  width: number;
  height: number;
  frameRate: number;
  codecs: string;
  /** In bits per second. */
  bandwidth: number;
  averageBandwidth: number;
};

/** @param variants the first one is what players begin with. */
export const masterPlaylist = (variants: readonly Variant[]): string =>
  [
    '#EXTM3U',
    '#EXT-X-VERSION:7',
    '#EXT-X-INDEPENDENT-SEGMENTS',
    ...variants.flatMap((variant) => [`#EXT-X-STREAM-INF:${attributesOf(variant)}`, variant.uri]),
    '',
  ].join('\n');

const attributesOf = (variant: Variant) =>
  [
    `BANDWIDTH=${variant.bandwidth}`,
    `AVERAGE-BANDWIDTH=${variant.averageBandwidth}`,
    `CODECS="${variant.codecs}"`,
    `RESOLUTION=${variant.width}x${variant.height}`,
    `FRAME-RATE=${variant.frameRate.toFixed(3)}`,
  ].join(',');
