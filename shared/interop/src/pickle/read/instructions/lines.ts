import { InvalidPickleError } from '../../errors/invalid-pickle-error.ts';
import { PickleLimitError } from '../../errors/pickle-limit-error.ts';
import { readDecimal } from '../../integers.ts';
import { OP } from '../../opcodes.ts';
import { floatValue } from '../../values/numbers.ts';
import { decodeQuoted, decodeRawUnicode } from '../escapes.ts';
import type { InstructionSet, Machine } from '../machine.ts';

/** Digits that a number of one byte has at most. */
const DIGITS_PER_BYTE = 2.41;

const shortLine = ({ reader, limits }: Machine): string => {
  const line = reader.line();
  if (line.length > limits.maxIntBytes * DIGITS_PER_BYTE) {
    throw new PickleLimitError('maxIntBytes', limits.maxIntBytes);
  }
  return Buffer.from(line).toString('latin1');
};

/** INT also writes the booleans, which protocols 0 and 1 have no instruction for. */
const int = (machine: Machine) => {
  const line = shortLine(machine);
  if (line === '00' || line === '01') return line === '01';
  return readDecimal(line);
};

const long = (machine: Machine) => readDecimal(shortLine(machine).replace(/L$/, ''));

const FLOAT = /^[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|inf(?:inity)?|nan)$/i;

const float = (machine: Machine) => {
  const line = shortLine(machine);
  if (!FLOAT.test(line)) throw new InvalidPickleError('a float is not a number');
  const special = /inf|nan/i.exec(line)?.[0].toLowerCase();
  if (special === 'nan') return Number.NaN;
  if (special === 'inf') return line.startsWith('-') ? -Infinity : Infinity;
  return floatValue(Number(line));
};

/** Numbers and text as protocol 0 writes them: readable, a line each. */
export const lines: InstructionSet = [
  [OP.INT, (machine) => machine.stack.push(int(machine))],
  [OP.LONG, (machine) => machine.stack.push(long(machine))],
  [OP.FLOAT, (machine) => machine.stack.push(float(machine))],
  [OP.STRING, ({ stack, reader }) => stack.push(decodeQuoted(reader.line()))],
  [OP.UNICODE, ({ stack, reader }) => stack.push(decodeRawUnicode(reader.line()))],
];
