import type { DeadLetterFilter, Selection } from '@shared/queue';
import { InvalidRequestError } from './errors/invalid-request-error.ts';

/** @throws {InvalidRequestError} for a request that does not say which, or in two ways. */
export const selectionOf = ({
  ids,
  filter,
  all,
}: {
  ids?: readonly string[];
  filter?: DeadLetterFilter;
  all?: true;
}): Selection => {
  const given = [ids, filter, all].filter((way) => way !== undefined);
  if (given.length !== 1) {
    throw new InvalidRequestError(
      'filter',
      'it is not said which dead letters are meant, or in two ways',
      'Give one of ids, filter and all.',
    );
  }
  if (filter !== undefined && Object.keys(filter).length === 0) {
    throw new InvalidRequestError('filter', 'it is empty', 'Give `all: true` to mean every one.');
  }
  return ids ?? filter ?? {};
};
