import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { ToolMissingError } from '@shared/errors';

/** The programs, with their whole paths, and how hard they may work. */
export type Tools = {
  ffmpeg: string;
  ffprobe: string;
  /** For each ffmpeg. */
  threads: number;
  /** 0 to 19; 19 gives way to everything else. */
  niceness: number;
};

/**
 * Where ffmpeg and ffprobe are: as told, or on the PATH.
 *
 * @throws {ToolMissingError}
 */
export const findTools = async ({
  ffmpegPath,
  ffprobePath,
  path = '',
}: {
  ffmpegPath?: string | undefined;
  ffprobePath?: string | undefined;
  /** The PATH. */
  path?: string | undefined;
}): Promise<Pick<Tools, 'ffmpeg' | 'ffprobe'>> => ({
  ffmpeg: await find('ffmpeg', ffmpegPath, path),
  ffprobe: await find('ffprobe', ffprobePath, path),
});

const find = async (name: string, told: string | undefined, path: string) => {
  const candidates =
    told === undefined
      ? path
          .split(delimiter)
          .filter((folder) => folder !== '')
          .map((folder) => join(folder, name))
      : [told];
  for (const candidate of candidates) if (await mayRun(candidate)) return candidate;
  throw new ToolMissingError(name, {
    why: told === undefined ? 'it is not on the PATH' : `${told} cannot be run`,
    fix: `Install ffmpeg (Debian: apt-get install ffmpeg, macOS: brew install ffmpeg), or set ${name.toUpperCase()}_PATH.`,
  });
};

const mayRun = (path: string) =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
