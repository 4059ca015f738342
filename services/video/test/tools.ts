import { ensureFfmpeg } from '@shared/embedded';
import type { Tools } from '../src/ffmpeg/tools.ts';

const found = await ensureFfmpeg();
if ('missing' in found) throw new Error(`No ffmpeg: ${found.missing}. ${found.fix}`);

/** The real programs, which are installed first where that can be done without asking. */
export const tools: Tools = {
  ffmpeg: found.path,
  ffprobe: found.ffprobe,
  threads: 1,
  niceness: 5,
};
