import { parseArgs } from 'node:util';
import { UsageError } from './errors/usage-error.ts';

/** One option of a command, as parseArgs and the help take it. */
export type OptionSpec = {
  type: 'string' | 'boolean';
  /** What stands for its value in the help, as in `<ms>`. */
  takes?: string;
  short?: string;
  /** May be given several times. */
  multiple?: boolean;
  help: string;
};

export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

type ValueOf<Spec> = Spec extends { type: 'boolean' }
  ? boolean
  : Spec extends { multiple: true }
    ? string[]
    : string;

/** What was given of the options; nothing has a default here. */
export type Options<Specs extends OptionSpecs> = { [Name in keyof Specs]?: ValueOf<Specs[Name]> };

const HELP: OptionSpec = { type: 'boolean', short: 'h', help: 'Show this.' };

/**
 * Reads a command's own arguments.
 *
 * @param positionals the names of the arguments, required ones as `<task>`, others as `[json]`.
 * @throws {UsageError} for an unknown option, a missing value, or too few or many arguments.
 */
export const parseOptions = <Specs extends OptionSpecs>(
  command: string,
  { options: specs, positionals: names }: { options: Specs; positionals: readonly string[] },
  args: readonly string[],
): { help: boolean; options: Options<Specs>; positionals: string[] } => {
  const { values, positionals } = parse(command, specs, args);
  const { help = false, ...options } = values;
  if (help !== true) checkCount(command, names, positionals);
  // parseArgs builds values of exactly these types from exactly these specs.
  return { help: help === true, options: options as Options<Specs>, positionals };
};

const parse = (command: string, specs: OptionSpecs, args: readonly string[]) => {
  const options = Object.fromEntries(
    Object.entries({ ...specs, help: HELP }).map(([name, { type, short, multiple = false }]) => [
      name,
      { type, multiple, ...(short === undefined ? {} : { short }) },
    ]),
  );
  try {
    return parseArgs({ args, options, allowPositionals: true, strict: true });
  } catch (error) {
    // Only its first sentence says what is wrong; the rest is advice for another program.
    const [first = ''] = (error as Error).message.split(/\.?\s+To specify|\n/);
    throw new UsageError(`${first.charAt(0).toLowerCase()}${first.slice(1)}`, command);
  }
};

const checkCount = (command: string, names: readonly string[], given: readonly string[]) => {
  const missing = names.slice(given.length).find((name) => name.startsWith('<'));
  if (missing !== undefined) throw new UsageError(`${missing} is missing`, command);
  const surplus = given[names.length];
  if (surplus !== undefined) throw new UsageError(`"${surplus}" is one argument too many`, command);
};
