import type { Context } from './context.ts';
import { commandHelp } from './help.ts';
import { type Options, type OptionSpecs, parseOptions } from './options.ts';

/** What a command is called with. */
export type Call<Specs extends OptionSpecs> = Context & {
  options: Options<Specs>;
  /** As many as the command's `positionals` ask for. */
  positionals: readonly string[];
};

export type CommandDefinition<Specs extends OptionSpecs = OptionSpecs> = {
  name: string;
  /** One line for the list of commands. */
  summary: string;
  /** Required arguments as `<task>`, others as `[json]`. */
  positionals: readonly string[];
  options: Specs;
  /** What the options do not say: exit codes, variables, an example. */
  notes?: string;
};

export type Command = Pick<CommandDefinition, 'name' | 'summary'> & {
  help: string;
  /** Resolves with the exit code. */
  run(args: readonly string[], context: Context): Promise<number>;
};

/** A command whose `run` gets its options parsed, and answers with an exit code other than 0 if need be. */
export const defineCommand = <const Specs extends OptionSpecs>(
  definition: CommandDefinition<Specs> & { run(call: Call<Specs>): Promise<number | void> },
): Command => {
  const { name, summary } = definition;
  const help = commandHelp(definition);
  return {
    name,
    summary,
    help,
    async run(args, context) {
      const { help: wanted, ...parsed } = parseOptions(name, definition, args);
      if (wanted) {
        context.print(help);
        return 0;
      }
      return (await definition.run({ ...context, ...parsed })) ?? 0;
    },
  };
};
