import { readFile } from 'node:fs/promises';
import { InvalidProcfileError } from './invalid-procfile-error.ts';

/** One line of the Procfile: a process type, and how to run it. */
export type ProcfileLine = {
  name: string;
  /** Program and arguments; a Procfile of ours needs no shell. */
  command: readonly string[];
  /** The comment right above the line. */
  description: string;
};

const LINE = /^([A-Za-z0-9_-]+):\s*(\S.*)$/;
const SHELL_SYNTAX = /["'`$|&;<>()\\*?]|^[A-Za-z_]+=/;

/**
 * The processes that a Procfile lists, in its order. Every line must run on its own, with nothing but
 * an environment.
 *
 * @throws {InvalidProcfileError} naming the line that is none.
 */
export const parseProcfile = (text: string): ProcfileLine[] => {
  let description = '';
  const lines: ProcfileLine[] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim();
    if (line.startsWith('#')) description = line.replace(/^#+\s*/, '');
    if (line === '') description = '';
    if (line === '' || line.startsWith('#')) continue;
    lines.push({ ...parseLine(line, index + 1, lines), description });
    description = '';
  }
  return lines;
};

const parseLine = (line: string, number: number, before: readonly ProcfileLine[]) => {
  const [, name, command] = LINE.exec(line) ?? [];
  if (name === undefined || command === undefined) {
    throw new InvalidProcfileError(number, `"${line}" is not "name: command"`);
  }
  if (SHELL_SYNTAX.test(command)) {
    throw new InvalidProcfileError(number, `the command of "${name}" would need a shell`);
  }
  if (before.some((other) => other.name === name)) {
    throw new InvalidProcfileError(number, `"${name}" stands there twice`);
  }
  return { name, command: command.split(/\s+/) };
};

export const readProcfile = async (path: string): Promise<ProcfileLine[]> =>
  parseProcfile(await readFile(path, 'utf8'));
