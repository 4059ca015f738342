import { execFileSync, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** What `exchange.py` answers; `error` is why CPython did not load a pickle at all. */
export type Answer = {
  same?: boolean;
  error?: string;
  loaded?: string;
  meant?: string;
  pickles?: string[];
};

export type Question = { loads: string; means: string } | { dumps: string };

/** Needs Python 3.9 and its time zones, as `exchange.py` does. */
const PROBE =
  "import sys, zoneinfo; zoneinfo.ZoneInfo('Europe/Berlin'); print('Python', sys.version.split()[0])";

const version = (): string | undefined => {
  try {
    return execFileSync('python3', ['-c', PROBE], { encoding: 'utf8', stdio: 'pipe' }).trim();
  } catch {
    return undefined;
  }
};

/** As in `Python 3.11.2`; undefined when the machine has none to compare with. */
export const pythonVersion = version();

const SCRIPT = fileURLToPath(new URL('exchange.py', import.meta.url));

/** Asks one Python process all questions. */
export const askPython = (questions: readonly Question[]): Answer[] => {
  const { stdout, stderr, status } = spawnSync('python3', [SCRIPT], {
    input: questions.map((question) => `${JSON.stringify(question)}\n`).join(''),
    maxBuffer: 2 ** 30,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`python3 ended with ${status}: ${stderr.slice(-2000)}`);
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Answer);
};
