import { parseArgs } from 'node:util';
import { InvalidOptionError } from '@shared/errors';

export type Options = { seconds: number; workers: number; seed: number; help: boolean };

const OPTIONS = {
  seconds: { type: 'string', default: '60' },
  workers: { type: 'string', default: '3' },
  seed: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

export const USAGE = `Usage: npm run chaos -- [--seconds 60] [--workers 3] [--seed <n>]

Kills and pauses workers and Redis at random while jobs of every kind are enqueued and run, and counts what
was lost or done twice. Exits 1 if a promise was not kept.`;

/** @throws {InvalidOptionError} */
export const readOptions = (args: readonly string[]): Options => {
  const { values } = parse(args);
  return {
    seconds: readWhole('seconds', values.seconds, 1),
    workers: readWhole('workers', values.workers, 1),
    seed: values.seed === undefined ? Date.now() % 1_000_000 : readWhole('seed', values.seed, 0),
    help: values.help,
  };
};

const parse = (args: readonly string[]) => {
  try {
    return parseArgs({ args, options: OPTIONS });
  } catch (error) {
    const [why = ''] = (error as Error).message.split('. ');
    throw new InvalidOptionError('arguments', why, 'See `npm run chaos -- --help`.');
  }
};

const readWhole = (option: string, text: string, least: number): number => {
  if (/^\d{1,8}$/.test(text) && Number(text) >= least) return Number(text);
  throw new InvalidOptionError(
    option,
    `"${text}" is no whole number of at least ${least}`,
    'Give digits only.',
  );
};
