import type { AutoscaleRange } from '@shared/queue';
import { UsageError } from '../errors/usage-error.ts';

/** `10,3`: at most 10 slots, at least 3. @throws {UsageError} */
export const parseRange = (text: string, command: string): AutoscaleRange => {
  const [, max, min] = /^(\d{1,5}),(\d{1,5})$/.exec(text) ?? [];
  if (max === undefined || min === undefined || Number(min) < 1 || Number(min) > Number(max)) {
    throw new UsageError(`"${text}" is no range; give the most and the least, as in 10,3`, command);
  }
  return { max: Number(max), min: Number(min) };
};
