import ffmpeg, { type FfmpegCommand } from 'fluent-ffmpeg';
import { guard } from './guard.ts';
import { INPUT_OPTIONS, fileUrl } from './input-options.ts';
import { refusalOf } from './refusal.ts';
import type { Tools } from './tools.ts';

export type FfmpegRun = {
  /** A local file. */
  input: string;
  /** Before the input, beside what every input gets. */
  inputOptions?: readonly string[];
  outputOptions: readonly string[];
  /** Where it runs: what `output` and its options name lies there. */
  folder: string;
  output: string;
  /** Told about twice a second how far it is, in seconds of the video. */
  onSeconds?: (seconds: number) => void;
};

/**
 * Runs ffmpeg to its end. When the signal aborts, or when our own process dies, it is killed at once;
 * what it has written by then is the caller's to remove.
 *
 * @throws the signal's reason, {@link CorruptVideoError}, {@link DiskFullError} or {@link FfmpegFailedError}.
 */
export const runFfmpeg = async (
  run: FfmpegRun,
  { tools, signal }: { tools: Tools; signal: AbortSignal },
): Promise<void> => {
  signal.throwIfAborted();
  const command = build(run, tools);
  const kill = () => command.kill('SIGKILL');
  let dismiss: (() => void) | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      command
        .on('start', () => {
          const pid = pidOf(command);
          if (pid !== undefined) dismiss = guard(pid);
          if (signal.aborted) kill();
        })
        .on('progress', ({ timemark }: { timemark?: string }) => {
          const seconds = secondsOf(timemark);
          if (seconds !== undefined) run.onSeconds?.(seconds);
        })
        .on('end', () => resolve())
        .on('error', (error: Error, _output, said) => reject(refusalOf(error, said ?? '')));
      signal.addEventListener('abort', kill, { once: true });
      command.run();
    });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', kill);
    dismiss?.();
  }
};

const build = (
  { input, inputOptions = [], outputOptions, folder, output }: FfmpegRun,
  { ffmpeg: program, niceness, threads }: Tools,
): FfmpegCommand =>
  ffmpeg({ niceness, cwd: folder })
    .setFfmpegPath(program)
    .input(fileUrl(input))
    // One by one they are taken as they are; in a list, those with a space would be cut in two.
    .inputOptions(
      ...both(['-nostdin', '-threads', String(threads), ...INPUT_OPTIONS, ...inputOptions]),
    )
    .outputOptions(...both(['-threads', String(threads), ...outputOptions]))
    .output(output);

/** The types want to see that there is more than one. */
const both = (options: readonly string[]) => options as [string, string];

/** The process, which the types do not show. */
const pidOf = (command: FfmpegCommand) =>
  (command as FfmpegCommand & { ffmpegProc?: { pid?: number } }).ffmpegProc?.pid;

/** Of `00:01:02.50`; ffmpeg says `N/A` before the first frame. */
const secondsOf = (timemark = ''): number | undefined => {
  const [, hours, minutes, seconds] = /^(\d+):(\d+):(\d+(?:\.\d+)?)$/.exec(timemark) ?? [];
  if (seconds === undefined) return undefined;
  return Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds);
};
