import type { CommandDefinition } from './command.ts';
import type { OptionSpec } from './options.ts';
import { alignColumns } from './table.ts';

/** What `taskyard help <command>` shows. */
export const commandHelp = ({
  name,
  summary,
  positionals,
  options,
  notes,
}: CommandDefinition): string => {
  const usage = ['taskyard', name, ...positionals];
  const rows = Object.entries(options).map(([option, spec]) => [written(option, spec), spec.help]);
  return [
    summary,
    '',
    `Usage: ${[...usage, ...(rows.length > 0 ? ['[options]'] : [])].join(' ')}`,
    ...(rows.length > 0 ? ['', ...indented(alignColumns(rows))] : []),
    ...(notes === undefined ? [] : ['', notes]),
  ].join('\n');
};

/** What `taskyard help` shows. */
export const overview = (commands: readonly { name: string; summary: string }[]): string =>
  [
    'Taskyard: background jobs in many queues, on Redis.',
    '',
    'Usage: taskyard <command> [arguments] [options]',
    '',
    ...indented(alignColumns(commands.map(({ name, summary }) => [name, summary]))),
    '',
    '`taskyard help <command>` tells more. Without REDIS_URL and the like in the environment, the',
    'platform that `npm start` runs in this folder is used.',
  ].join('\n');

const written = (name: string, { short, takes = '<text>', type }: OptionSpec) => {
  const value = type === 'boolean' ? '' : ` ${takes}`;
  return `${short === undefined ? '    ' : `-${short}, `}--${name}${value}`;
};

const indented = (lines: readonly string[]) => lines.map((line) => `  ${line}`);
