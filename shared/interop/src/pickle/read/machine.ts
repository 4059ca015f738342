import { InvalidPickleError } from '../errors/invalid-pickle-error.ts';
import { OP } from '../opcodes.ts';
import type { PickleLimits } from '../limits.ts';
import type { Memo } from './memo.ts';
import type { Raw, Tools } from './raw.ts';
import type { Reader } from './reader.ts';
import type { Stack } from './stack.ts';

/** The pickle machine: what its instructions read and change. */
export type Machine = Tools & {
  readonly reader: Reader;
  readonly stack: Stack;
  readonly memo: Memo;
  readonly limits: PickleLimits;
  /** Whether a global outside the list is kept as an opaque value, or refused. */
  readonly keepsUnknown: boolean;
};

export type Instruction = (machine: Machine) => void;

export type InstructionSet = readonly (readonly [opcode: number, instruction: Instruction])[];

/** Runs instructions until STOP and returns what is then on top of the stack. */
export const run = (machine: Machine, instructions: readonly (Instruction | undefined)[]): Raw => {
  for (;;) {
    const opcode = machine.reader.u8();
    if (opcode === OP.STOP) return machine.stack.pop();
    const instruction = instructions[opcode];
    if (instruction === undefined) {
      throw new InvalidPickleError(`0x${opcode.toString(16)} is no instruction`);
    }
    instruction(machine);
  }
};
