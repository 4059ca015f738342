import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { tools } from './tools.ts';

const run = promisify(execFile);

/** Runs ffmpeg as whoever made a clip did. */
export const ffmpeg = (args: readonly string[]) =>
  run(tools.ffmpeg, ['-v', 'error', '-y', ...args]);

type Clip = {
  size?: string;
  seconds?: number;
  rate?: string;
  sound?: boolean;
  /** Of the output. */
  options?: readonly string[];
};

/** A moving test picture with a tone. */
export const makeClip = async (
  path: string,
  { size = '320x180', seconds = 1, rate = '15', sound = true, options = [] }: Clip = {},
): Promise<string> => {
  const picture = ['-f', 'lavfi', '-i', `testsrc2=size=${size}:rate=${rate}:duration=${seconds}`];
  const tone = ['-f', 'lavfi', '-i', `sine=frequency=440:duration=${seconds}`];
  const encode = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];
  await ffmpeg([...picture, ...(sound ? tone : []), ...encode, ...options, path]);
  return path;
};

export type Probed = {
  streams: Record<string, unknown>[];
  format: Record<string, string>;
};

/** What ffprobe says of a file of ours, playlists included. */
export const probe = async (path: string, ask: readonly string[] = []): Promise<Probed> => {
  const args = ['-v', 'error', '-allowed_extensions', 'ALL', '-print_format', 'json'];
  const plain = path.endsWith('.m3u8') ? args : args.filter((arg) => !/allowed|ALL/.test(arg));
  const { stdout } = await run(tools.ffprobe, [
    ...plain,
    '-show_format',
    '-show_streams',
    ...ask,
    path,
  ]);
  return JSON.parse(stdout) as Probed;
};

/** When each key frame of a file is shown, in seconds. */
export const keyFrames = async (path: string): Promise<number[]> => {
  const { stdout } = await run(tools.ffprobe, [
    '-v',
    'error',
    '-select_streams',
    'v',
    '-show_entries',
    'packet=pts_time,flags',
    '-of',
    'csv=p=0',
    path,
  ]);
  return stdout
    .split('\n')
    .filter((line) => line.includes('K'))
    .map((line) => Number.parseFloat(line));
};
