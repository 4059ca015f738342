import { availableParallelism, tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import {
  environment,
  parseEnvironment,
  storageConfigOf,
  storageEnvironment,
  workerConfigOf,
  workerEnvironment,
} from '@shared/service';
import { z } from 'zod';

/** One encode keeps more than one processor busy: more than two side by side only wait for each other. */
const MOST_ENCODES = 2;

const whole = (unit: string) => z.coerce.number(`must be ${unit}`).int();

const folders = z
  .string()
  .default('')
  .transform((text) => text.split(',').map((folder) => folder.trim()))
  .transform((all) => all.filter((folder) => folder !== ''))
  .refine((all) => all.every(isAbsolute), 'must be absolute paths, parted by commas');

const Environment = z.object({
  ...workerEnvironment,
  ...storageEnvironment,
  FFMPEG_PATH: z.string().optional(),
  FFPROBE_PATH: z.string().optional(),
  CONCURRENCY: environment.CONCURRENCY.optional(),
  VIDEO_THREADS: whole('a count').min(1).max(64).optional(),
  VIDEO_NICENESS: whole('a number from 0 to 19').min(0).max(19).default(10),
  VIDEO_MAX_SECONDS: whole('seconds').min(1).default(14_400),
  VIDEO_UPLOAD_DIRS: folders,
  VIDEO_WORK_DIR: z.string().optional(),
});

/** @throws {ConfigError} naming every variable at fault. */
export const loadConfig = (env: Readonly<Record<string, string | undefined>>) => {
  const parsed = parseEnvironment(Environment, env);
  const processors = availableParallelism();
  const concurrency = parsed.CONCURRENCY ?? Math.min(MOST_ENCODES, processors);
  return {
    ...workerConfigOf({ ...parsed, CONCURRENCY: concurrency }),
    ...storageConfigOf(parsed),
    ffmpegPath: parsed.FFMPEG_PATH,
    ffprobePath: parsed.FFPROBE_PATH,
    threads: parsed.VIDEO_THREADS ?? Math.max(1, Math.ceil(processors / concurrency)),
    niceness: parsed.VIDEO_NICENESS,
    maxSeconds: parsed.VIDEO_MAX_SECONDS,
    uploadDirs: parsed.VIDEO_UPLOAD_DIRS,
    workDir: parsed.VIDEO_WORK_DIR ?? join(tmpdir(), 'taskyard-video'),
  };
};
