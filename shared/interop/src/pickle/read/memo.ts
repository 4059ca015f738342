import { InvalidPickleError } from '../errors/invalid-pickle-error.ts';
import { PickleLimitError } from '../errors/pickle-limit-error.ts';
import type { PickleLimits } from '../limits.ts';
import type { Raw } from './raw.ts';

/** Values that the pickle keeps for later use. */
export type Memo = {
  put(key: number, value: Raw): void;
  /** Puts the value under the count of what is kept already, as MEMOIZE does. */
  add(value: Raw): void;
  get(key: number): Raw;
};

/** Every writer counts its keys up from 0, so a key beyond the limit is as good as that many values. */
export const createMemo = ({ maxMemo }: PickleLimits): Memo => {
  const values: (Raw | undefined)[] = [];
  let count = 0;

  const put = (key: number, value: Raw) => {
    if (key >= maxMemo) throw new PickleLimitError('maxMemo', maxMemo);
    if (values[key] === undefined) count += 1;
    values[key] = value;
  };
  return {
    put,
    add: (value) => put(count, value),
    get: (key) => {
      const value = values[key];
      if (value === undefined) throw new InvalidPickleError('it uses a value that it never kept');
      return value;
    },
  };
};
