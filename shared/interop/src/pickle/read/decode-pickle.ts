import { PickleLimitError } from '../errors/pickle-limit-error.ts';
import type { PickleValue } from '../values/value.ts';
import { createIdentity } from '../identity.ts';
import { containers } from './instructions/containers.ts';
import { lines } from './instructions/lines.ts';
import { objects } from './instructions/objects.ts';
import { scalars } from './instructions/scalars.ts';
import { stackInstructions } from './instructions/stack.ts';
import { DEFAULT_LIMITS, type PickleLimits } from '../limits.ts';
import { createBudget } from './budget.ts';
import { run, type Instruction } from './machine.ts';
import { createMemo } from './memo.ts';
import { createReader } from './reader.ts';
import { seal } from './seal.ts';
import { createStack } from './stack.ts';

export type DecodeOptions = Partial<PickleLimits> & {
  /**
   * What becomes of a class or function outside the list: the pickle is refused, or the value is kept as
   * `PyOpaque`, which can be shown but neither called nor written back. Default `refuse`.
   */
  unknownGlobals?: 'refuse' | 'keep';
};

const INSTRUCTIONS: (Instruction | undefined)[] = [];
for (const set of [scalars, lines, stackInstructions, containers, objects]) {
  for (const [opcode, instruction] of set) INSTRUCTIONS[opcode] = instruction;
}

/**
 * Reads a pickle of protocol 0 to 5 without running any of it: a class or function is only ever looked up
 * in a fixed list of types that are plain values, and becomes data. Time and memory are bounded by the
 * limits, whatever the bytes. Like CPython, it ignores what follows the end of the pickle.
 *
 * @throws {InvalidPickleError} for bytes that CPython would refuse, or that no pickler writes.
 * @throws {ForbiddenGlobalError} naming a class or function outside the list.
 * @throws {PickleLimitError} naming the limit that it goes over.
 */
export const decodePickle = (bytes: Uint8Array, options: DecodeOptions = {}): PickleValue => {
  const limits = { ...DEFAULT_LIMITS, ...options };
  if (bytes.length > limits.maxBytes) throw new PickleLimitError('maxBytes', limits.maxBytes);
  const budget = createBudget(limits);
  const machine = {
    // Not the Buffer itself: its `slice` shares memory, a Uint8Array's copies.
    reader: createReader(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)),
    stack: createStack(limits),
    memo: createMemo(limits),
    identity: createIdentity(budget.scanned),
    budget,
    limits,
    keepsUnknown: options.unknownGlobals === 'keep',
  };
  const { maxDepth } = limits;
  const { keepsUnknown } = machine;
  return seal(run(machine, INSTRUCTIONS), { maxDepth, keepsUnknown });
};
