import type { LimitRule } from '@shared/contracts';
import { UsageError } from '../errors/usage-error.ts';
import { readDuration, readWhole } from '../values.ts';

/** `10/1s`: at most 10 jobs started within a second; `off`: as many as come. @throws {UsageError} */
export const parseRate = (text: string): LimitRule => {
  if (text === 'off') return {};
  const [max, per, ...rest] = text.split('/');
  if (max === undefined || per === undefined || rest.length > 0) {
    throw new UsageError(`"${text}" is no rate; give jobs and a time, as in 10/1s`, 'control');
  }
  return { rate: { max: readWhole('rate', max), perMs: readDuration('rate', per) } };
};
