import { parseArgs } from 'node:util';
import { InvalidOptionError } from '@shared/errors';
import type { Suite } from './suite.ts';

export type BenchOptions = {
  suites: readonly Suite[];
  rounds: number;
  jobs: number;
  /** Where the report goes, if anywhere. */
  json: string | undefined;
  /** Whether a promise that is not kept is a failure. */
  check: boolean;
  help: boolean;
};

const OPTIONS = {
  suite: { type: 'string', multiple: true },
  rounds: { type: 'string', default: '5' },
  jobs: { type: 'string', default: '10000' },
  json: { type: 'string' },
  check: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/**
 * Reads `[suite …] [--suite <name>] [--rounds 5] [--jobs 10000] [--json <file>] [--check]`; every suite
 * unless some are named.
 *
 * @throws {InvalidOptionError}
 */
export const readOptions = (args: readonly string[], known: readonly Suite[]): BenchOptions => {
  const { values, positionals } = parse(args);
  const names = [...positionals, ...(values.suite ?? [])].flatMap((list) => list.split(','));
  return {
    suites: names.length === 0 ? known : [...new Set(names)].map((name) => named(name, known)),
    rounds: readWhole('rounds', values.rounds, 1),
    jobs: readWhole('jobs', values.jobs, 20),
    json: values.json,
    check: values.check,
    help: values.help,
  };
};

export const usage = (known: readonly Suite[]): string =>
  [
    'Usage: npm run bench -- [suite …] [--rounds 5] [--jobs 10000] [--json <file>] [--check]',
    '',
    ...known.map(({ name, summary, rival }) => `  ${name.padEnd(12)}${summary}, against ${rival}`),
    '',
    '--check exits 1 when a ratio misses what is promised for it.',
  ].join('\n');

const parse = (args: readonly string[]) => {
  try {
    return parseArgs({ args, options: OPTIONS, allowPositionals: true });
  } catch (error) {
    const [why = ''] = (error as Error).message.split('. ');
    throw new InvalidOptionError('arguments', why, 'See `npm run bench -- --help`.');
  }
};

const named = (name: string, known: readonly Suite[]): Suite => {
  const suite = known.find((candidate) => candidate.name === name);
  if (suite !== undefined) return suite;
  throw new InvalidOptionError(
    'suite',
    `there is no suite "${name}"`,
    `Use one of: ${known.map((one) => one.name).join(', ')}.`,
  );
};

const readWhole = (option: string, text: string, least: number): number => {
  const value = Number(text);
  if (/^\d{1,8}$/.test(text) && value >= least) return value;
  throw new InvalidOptionError(
    option,
    `"${text}" is no whole number of at least ${least}`,
    'Give digits only.',
  );
};
