import { InvalidOptionError } from '@shared/errors';
import { z } from 'zod';

/** Where a walk goes on: the section it is in, and its place there in the section's own terms. */
export type Mark = { section: string; at: readonly (string | number)[] };

const schema = z.tuple([z.string(), z.array(z.union([z.string(), z.number()]))]);

/** A mark as text that is safe in an address. */
export const writeCursor = ({ section, at }: Mark): string =>
  Buffer.from(JSON.stringify([section, at])).toString('base64url');

/** @throws {InvalidOptionError} for what {@link writeCursor} did not write. */
export const readCursor = (cursor: string): Mark => {
  const [section, at] = parse(cursor);
  return { section, at };
};

const parse = (cursor: string) => {
  try {
    return schema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
  } catch {
    throw badCursor();
  }
};

export const badCursor = () =>
  new InvalidOptionError(
    'cursor',
    'it does not belong to this question',
    'Give the cursor of the page before, with the same filter, or none.',
  );
