import type { z } from 'zod';
import { InvalidRequestError } from './errors/invalid-request-error.ts';

/**
 * What a request holds, as its schema reads it.
 *
 * @throws {InvalidRequestError} naming the first field that does not fit.
 */
export const parseRequest = <Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
): z.output<Schema> => {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const { issue, path } = whereItFails(parsed.error.issues[0], []);
  // Zod names an unknown field in its message only; a caller wants it as the path.
  const unknownKey = issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
  throw new InvalidRequestError(
    [...path, ...unknownKey].map(String).join('.'),
    unknownKey.length > 0 ? 'is no field of this request' : (issue?.message ?? 'does not fit'),
  );
};

type Issue = z.core.$ZodIssue;

/** Of what may be one of several things, the one it nearly is says what is wrong with it. */
const whereItFails = (
  issue: Issue | undefined,
  above: readonly PropertyKey[],
): { issue: Issue | undefined; path: readonly PropertyKey[] } => {
  const path = [...above, ...(issue?.path ?? [])];
  if (issue?.code !== 'invalid_union') return { issue, path };
  const [nearest] = issue.errors
    .filter(([first]) => first !== undefined && isWithin(first))
    .sort((a, b) => a.length - b.length);
  return nearest === undefined ? { issue, path } : whereItFails(nearest[0], path);
};

/** Whether a value is of the right kind, and something in it is wrong. */
const isWithin = ({ path, code }: Issue) => path.length > 0 || code === 'unrecognized_keys';
