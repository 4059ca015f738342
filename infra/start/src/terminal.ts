import { z } from 'zod';
import type { LineSink } from './log-files.ts';
import type { Crash } from './supervise.ts';

/** What people see; everything else goes to the log files. */
export type Terminal = {
  say(text: string): void;
  /**
   * Shows a process's warnings and errors, or with `--verbose` each of its lines. What crashes again
   * and again is shown once; the rest is in its log file.
   */
  showing(name: string): LineSink;
  crashed(crash: Crash): void;
};

const NAME_WIDTH = 10;
/** How long a process that crashed is believed to say the same again. */
const QUIET_MS = 60_000;

const QUIET_LEVELS = new Set(['trace', 'debug', 'info']);

/** The fields of our log lines that are not shown, since they are shown otherwise or say nothing. */
const KNOWN_FIELDS = new Set(['level', 'time', 'service', 'pid', 'msg']);

const LogLine = z.looseObject({ level: z.string(), msg: z.string().default('') });

export const openTerminal = ({
  verbose,
  write,
}: {
  verbose: boolean;
  write: (text: string) => void;
}): Terminal => {
  const say = (text: string) => write(`${text}\n`);
  const crashedAt = new Map<string, number>();
  const prefixed = (name: string, text: string) => say(`${name.padEnd(NAME_WIDTH)} ${text}`);
  return {
    say,
    showing: (name) => (line) => {
      if (isRecent(crashedAt.get(name)) && !verbose) return;
      const shown = readable(line, verbose);
      if (shown !== undefined) prefixed(name, shown);
    },
    crashed: ({ name, reason, restartInMs }) => {
      prefixed(name, `${reason}; starting it again in ${restartInMs / 1_000} s`);
      crashedAt.set(name, Date.now());
    },
  };
};

const isRecent = (at: number | undefined) => at !== undefined && Date.now() - at < QUIET_MS;

/** A line as people read it, or nothing when it is not for them. */
const readable = (line: string, verbose: boolean) => {
  const parsed = LogLine.safeParse(parseJson(line));
  if (!parsed.success) return line; // Not one of our log lines: most likely a crash's stack.
  const { level, msg } = parsed.data;
  if (QUIET_LEVELS.has(level) && !verbose) return undefined;
  const fields = Object.entries(parsed.data).filter(([name]) => !KNOWN_FIELDS.has(name));
  const values = fields.map(([name, value]) => `${name}=${asText(value)}`);
  return [level, msg, ...values].join(' ');
};

const parseJson = (line: string): unknown => {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
};

/** Of an error its message; its stack is in the log file. */
const asText = (value: unknown) => {
  const error = z.looseObject({ message: z.string() }).safeParse(value);
  return JSON.stringify(error.success ? error.data.message : value);
};
