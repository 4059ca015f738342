import { resolve } from 'node:path';

/**
 * The only containers that are ever opened, judged by content. Playlists (HLS, DASH, concat) are none
 * of them: they would have ffmpeg read whatever file or address they name.
 */
const CONTAINERS = 'mov,matroska,avi,mpegts,mpeg,flv,ogg,asf';

/**
 * What stands before every file that somebody else made: local files only, known containers only, and
 * nothing that a QuickTime file refers to outside itself.
 */
export const INPUT_OPTIONS = [
  '-protocol_whitelist',
  'file',
  '-format_whitelist',
  CONTAINERS,
] as const;

/**
 * `file:` keeps a name from being taken for an option, an address or another protocol; absolute, since
 * ffmpeg runs in the folder that it writes to.
 */
export const fileUrl = (path: string): string => `file:${resolve(path)}`;
