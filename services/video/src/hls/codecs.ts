/** What we encode sound to: AAC of low complexity. */
const AAC = 'mp4a.40.2';

const BOX_TYPE = Buffer.from('avcC');

/**
 * What a player must be able to decode, as RFC 6381 writes it. Profile, constraints and level are the
 * encoder's own, from the header of the file (ISO/IEC 14496-15, `AVCDecoderConfigurationRecord`).
 *
 * @param header the beginning of an MP4, with its `moov` box.
 * @throws if there is no H.264 in it.
 */
export const codecsOf = (header: Buffer, { audio }: { audio: boolean }): string => {
  const at = header.indexOf(BOX_TYPE);
  if (at < 0) throw new Error('The MP4 that ffmpeg wrote has no H.264 in it.');
  // The box's version stands first; the three bytes behind it are the ones.
  const profile = header.subarray(at + 5, at + 8).toString('hex');
  return [`avc1.${profile}`, ...(audio ? [AAC] : [])].join(',');
};
