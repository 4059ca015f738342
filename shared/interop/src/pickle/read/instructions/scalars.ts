import { PickleLimitError } from '../../errors/pickle-limit-error.ts';
import { readSigned } from '../../integers.ts';
import { InvalidPickleError } from '../../errors/invalid-pickle-error.ts';
import { OP } from '../../opcodes.ts';
import { decodeUtf8 } from '../../utf8.ts';
import { floatValue } from '../../values/numbers.ts';
import { py } from '../../values/py.ts';
import type { Instruction, InstructionSet, Machine } from '../machine.ts';
import type { Raw } from '../raw.ts';
import { ascii } from '../escapes.ts';

const pushing =
  (read: (machine: Machine) => Raw): Instruction =>
  (machine) =>
    machine.stack.push(read(machine));

const long = ({ reader, limits }: Machine, length: number) => {
  if (length < 0) throw new InvalidPickleError('an int has a negative length');
  reader.need(length);
  if (length > limits.maxIntBytes) throw new PickleLimitError('maxIntBytes', limits.maxIntBytes);
  return readSigned(reader.view(length));
};

const text = ({ reader }: Machine, length: number) => decodeUtf8(reader.view(length));

/** A str of Python 2; its length is signed, and CPython refuses a negative one. */
const oldText = ({ reader }: Machine, length: number) =>
  ascii(Buffer.from(reader.view(length)).toString('latin1'));

const bytes = ({ reader }: Machine, length: number) => reader.view(length).slice();

/** Numbers and text as protocols 1 and later write them. */
export const scalars: InstructionSet = [
  [OP.NONE, pushing(() => null)],
  [OP.NEWTRUE, pushing(() => true)],
  [OP.NEWFALSE, pushing(() => false)],
  [OP.BININT, pushing(({ reader }) => reader.i32())],
  [OP.BININT1, pushing(({ reader }) => reader.u8())],
  [OP.BININT2, pushing(({ reader }) => reader.u16())],
  [OP.LONG1, pushing((machine) => long(machine, machine.reader.u8()))],
  [OP.LONG4, pushing((machine) => long(machine, machine.reader.i32()))],
  [OP.BINFLOAT, pushing(({ reader }) => floatValue(reader.f64()))],
  [OP.SHORT_BINUNICODE, pushing((machine) => text(machine, machine.reader.u8()))],
  [OP.BINUNICODE, pushing((machine) => text(machine, machine.reader.u32()))],
  [OP.BINUNICODE8, pushing((machine) => text(machine, machine.reader.u64()))],
  [OP.SHORT_BINSTRING, pushing((machine) => oldText(machine, machine.reader.u8()))],
  [OP.BINSTRING, pushing((machine) => oldText(machine, machine.reader.u32()))],
  [OP.SHORT_BINBYTES, pushing((machine) => bytes(machine, machine.reader.u8()))],
  [OP.BINBYTES, pushing((machine) => bytes(machine, machine.reader.u32()))],
  [OP.BINBYTES8, pushing((machine) => bytes(machine, machine.reader.u64()))],
  [OP.BYTEARRAY8, pushing((machine) => py.bytearray(bytes(machine, machine.reader.u64())))],
];
