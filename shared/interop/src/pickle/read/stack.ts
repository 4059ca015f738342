import { InvalidPickleError } from '../errors/invalid-pickle-error.ts';
import { PickleLimitError } from '../errors/pickle-limit-error.ts';
import type { PickleLimits } from '../limits.ts';
import type { Raw } from './raw.ts';

/** The machine's stack. No instruction reaches below the last mark, as in CPython. */
export type Stack = {
  push(value: Raw): void;
  pop(): Raw;
  top(): Raw;
  mark(): void;
  /** Takes everything above the last mark, and the mark. */
  popToMark(): Raw[];
  /** Drops the mark when nothing is above it, else one value. */
  drop(): void;
};

export const createStack = ({ maxItems, maxMarks }: PickleLimits): Stack => {
  const values: Raw[] = [];
  const marks: number[] = [];
  let fence = 0;

  const need = () => {
    if (values.length <= fence) {
      throw new InvalidPickleError('an instruction finds nothing on the stack');
    }
  };
  const unmark = (): number => {
    const from = marks.pop();
    if (from === undefined) throw new InvalidPickleError('an instruction finds no mark');
    fence = marks.at(-1) ?? 0;
    return from;
  };

  return {
    push: (value) => {
      if (values.length >= maxItems) throw new PickleLimitError('maxItems', maxItems);
      values.push(value);
    },
    pop: () => {
      need();
      return values.pop() as Raw; // `need` saw it.
    },
    top: () => {
      need();
      return values.at(-1) as Raw; // `need` saw it.
    },
    mark: () => {
      if (marks.length >= maxMarks) throw new PickleLimitError('maxMarks', maxMarks);
      fence = values.length;
      marks.push(fence);
    },
    popToMark: () => values.splice(unmark()),
    drop: () => {
      if (marks.length > 0 && marks.at(-1) === values.length) unmark();
      else {
        need();
        values.pop();
      }
    },
  };
};
