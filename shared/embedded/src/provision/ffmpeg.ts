import { dirname, join } from 'node:path';
import { TOOLS_DIRECTORY } from '../project-root.ts';
import { installPackages } from './apt.ts';
import { onPath } from './on-path.ts';
import type { Provisioned } from './provisioned.ts';
import { run } from './run.ts';
import { unpackPrograms } from './unpack-programs.ts';

/** ffmpeg and ffprobe, or why they are not there. */
export type ProvisionedFfmpeg =
  { path: string; ffprobe: string } | Exclude<Provisioned, { path: string }>;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * ffmpeg and ffprobe: as `FFMPEG_PATH` and `FFPROBE_PATH` say, on the PATH, installed from the
 * distribution if that can be done without asking, or a copy of our own unpacked from its package.
 */
export const ensureFfmpeg = async ({
  env = process.env,
  tools = TOOLS_DIRECTORY,
  install = true,
}: {
  env?: Environment;
  tools?: string;
  /** Whether the machine may be changed. */
  install?: boolean;
} = {}): Promise<ProvisionedFfmpeg> => {
  const present = (await asTold(env)) ?? (await installed(env)) ?? (await unpacked(tools));
  if (present !== undefined) return present;
  const reasons: (string | undefined)[] = [];
  for (const provide of install ? [installIt, () => unpackIt(tools)] : [() => unpackIt(tools)]) {
    reasons.push(await provide());
    const found = (await installed(env)) ?? (await unpacked(tools));
    if (found !== undefined) return found;
  }
  return {
    missing: reasons.find((reason) => reason !== undefined) ?? 'what was fetched does not run',
    fix: 'Install it by hand (Debian: apt-get install ffmpeg, macOS: brew install ffmpeg), or set FFMPEG_PATH and FFPROBE_PATH.',
  };
};

const asTold = async ({ FFMPEG_PATH, FFPROBE_PATH }: Environment) => {
  if (FFMPEG_PATH === undefined || FFMPEG_PATH === '') return undefined;
  const ffprobe = FFPROBE_PATH ?? join(dirname(FFMPEG_PATH), 'ffprobe');
  return ifBothRun(FFMPEG_PATH, ffprobe);
};

const installed = async ({ PATH = '' }: Environment) => {
  const [path, ffprobe] = [await onPath(['ffmpeg'], PATH), await onPath(['ffprobe'], PATH)];
  return path === undefined || ffprobe === undefined ? undefined : { path, ffprobe };
};

const unpacked = (tools: string) => {
  const folder = join(tools, 'ffmpeg');
  return ifBothRun(join(folder, 'ffmpeg'), join(folder, 'ffprobe'));
};

const ifBothRun = async (path: string, ffprobe: string) =>
  (await runs(path)) && (await runs(ffprobe)) ? { path, ffprobe } : undefined;

const runs = async (program: string) =>
  (await run(program, ['-version'], { timeoutMs: 20_000 })).ok;

/** Why it failed, or nothing. */
const installIt = async () => {
  const onMac = process.platform === 'darwin' && (await onPath(['brew'])) !== undefined;
  const done = onMac ? await run('brew', ['install', 'ffmpeg']) : await installPackages(['ffmpeg']);
  return done.ok ? undefined : done.reason;
};

const unpackIt = async (tools: string) =>
  process.platform === 'linux'
    ? unpackPrograms({
        name: 'ffmpeg',
        packages: ['ffmpeg'],
        programs: ['ffmpeg', 'ffprobe'],
        tools,
        isGood: runs,
      })
    : undefined;
