import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PROJECT_ROOT } from '@shared/embedded';

const readme = await readFile(join(PROJECT_ROOT, 'README.md'), 'utf8');

/** The fenced blocks of one language, in their order. */
const blocksOf = (language: string): string[] =>
  [...readme.matchAll(/^```(\w+)\n([^]*?)^```$/gm)].flatMap(([, name, content = '']) =>
    name === language ? [content.trim()] : [],
  );

/** The README's commands, each block as it would be pasted into a terminal. */
export const readmeCommands = (): string[] => blocksOf('sh');

/** The README's programs by the name of the file they are to be saved as. */
export const readmePrograms = (): { name: string; content: string }[] =>
  blocksOf('ts').map((content) => {
    const name = /^\/\/ (\S+\.ts)\n/.exec(content)?.[1];
    if (name === undefined) throw new Error(`A program of the README names no file:\n${content}`);
    return { name, content: `${content}\n` };
  });

/** The rows of the table of environment variables. */
export const readmeVariables = () =>
  [...readme.matchAll(/^\| `([A-Z_]+)` +\|([^|]*)\|([^|]*)\|([^|]*)\|/gm)].map(
    ([, variable = '', readers = '', unit = '', standard = '']) => ({
      variable,
      readers: readers.split(',').map((reader) => reader.trim()),
      unit: unit.trim(),
      /** Undefined where nothing is assumed. */
      standard: /^`(.*)`$/.exec(standard.trim())?.[1],
    }),
  );
