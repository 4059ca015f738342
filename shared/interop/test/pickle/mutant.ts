import * as fc from 'fast-check';
import { OP } from '../../src/pickle/opcodes.ts';
import { fromBase64, vectors } from './vectors.ts';

/** A frame says how long it is, so that nearly every change of it would be refused for that alone. */
const withoutFrame = (bytes: Uint8Array): Uint8Array =>
  bytes[2] === OP.FRAME ? Uint8Array.from([...bytes.slice(0, 2), ...bytes.slice(11)]) : bytes;

const SEEDS = [
  ...vectors.cases.flatMap(({ pickles }) => Object.values(pickles)),
  ...vectors.writer.map(({ b64 }) => b64),
  ...vectors.adversarial.flatMap(({ b64 }) => b64 ?? []),
]
  .map(fromBase64)
  .filter(({ length }) => length > 0 && length < 2_000)
  .flatMap((bytes) => [bytes, withoutFrame(bytes)]);

type Change = (bytes: readonly number[], at: number, value: number) => number[];

const change: fc.Arbitrary<Change> = fc.constantFrom<Change[]>(
  (bytes, at, value) => bytes.with(at, value),
  (bytes, at, value) => bytes.with(at, (bytes[at] ?? 0) ^ (1 << (value % 8))),
  (bytes, at, value) => bytes.toSpliced(at, 0, value),
  (bytes, at, value) => bytes.toSpliced(at, 1 + (value % 4)),
  // A piece of it once more, elsewhere.
  (bytes, at, value) => bytes.toSpliced(value % bytes.length, 0, ...bytes.slice(at, at + 12)),
);

const changes = fc.array(fc.tuple(change, fc.nat(), fc.integer({ min: 0, max: 255 })), {
  minLength: 1,
  maxLength: 3,
});

/** A vector with a few bytes changed, put in, left out or said twice. */
export const mutant: fc.Arbitrary<Uint8Array> = fc
  .tuple(fc.constantFrom(...SEEDS), changes)
  .map(([seed, changes]) => {
    let bytes = [...seed];
    for (const [change, at, value] of changes) {
      if (bytes.length > 0) bytes = change(bytes, at % bytes.length, value);
    }
    return Uint8Array.from(bytes);
  });
