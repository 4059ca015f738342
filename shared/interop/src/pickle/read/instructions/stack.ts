import { InvalidPickleError } from '../../errors/invalid-pickle-error.ts';
import { OP } from '../../opcodes.ts';
import type { InstructionSet, Machine } from '../machine.ts';

const HIGHEST_PROTOCOL = 5;

const protocol = ({ reader }: Machine) => {
  const version = reader.u8();
  if (version > HIGHEST_PROTOCOL) {
    throw new InvalidPickleError(`protocol ${version} is not one of 0 to ${HIGHEST_PROTOCOL}`);
  }
};

/** Checked and otherwise ignored: frames only tell a reader of a stream how much to fetch. */
const frame = ({ reader }: Machine) => reader.need(reader.u64());

/** A key of the memo as protocol 0 writes it. */
const textKey = ({ reader }: Machine): number => {
  const line = Buffer.from(reader.line().subarray(0, 20)).toString('latin1');
  if (!/^\d{1,15}$/.test(line)) throw new InvalidPickleError('a memo key is not a number');
  return Number(line);
};

/** What moves values about, and keeps them for later. */
export const stackInstructions: InstructionSet = [
  [OP.PROTO, protocol],
  [OP.FRAME, frame],
  [OP.MARK, ({ stack }) => stack.mark()],
  [OP.POP, ({ stack }) => stack.drop()],
  [OP.POP_MARK, ({ stack }) => void stack.popToMark()],
  [OP.DUP, ({ stack }) => stack.push(stack.top())],
  [OP.PUT, (machine) => machine.memo.put(textKey(machine), machine.stack.top())],
  [OP.BINPUT, ({ reader, memo, stack }) => memo.put(reader.u8(), stack.top())],
  [OP.LONG_BINPUT, ({ reader, memo, stack }) => memo.put(reader.u32(), stack.top())],
  [OP.MEMOIZE, ({ memo, stack }) => memo.add(stack.top())],
  [OP.GET, (machine) => machine.stack.push(machine.memo.get(textKey(machine)))],
  [OP.BINGET, ({ reader, memo, stack }) => stack.push(memo.get(reader.u8()))],
  [OP.LONG_BINGET, ({ reader, memo, stack }) => stack.push(memo.get(reader.u32()))],
];
