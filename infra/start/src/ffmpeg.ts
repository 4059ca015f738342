import { ensureFfmpeg } from '@shared/embedded';

/**
 * Where the video service finds ffmpeg, which is installed or unpacked first where that can be done
 * without asking. Without it everything else runs all the same.
 *
 * @param say tells people what is missing, and how to get it.
 */
export const ffmpegEnvironment = async (
  env: NodeJS.ProcessEnv,
  say: (text: string) => void,
): Promise<Record<string, string>> => {
  const found = await ensureFfmpeg({ env });
  if ('path' in found) return { FFMPEG_PATH: found.path, FFPROBE_PATH: found.ffprobe };
  say(`There is no ffmpeg: ${found.missing}. Videos will wait. ${found.fix}`);
  return {};
};
