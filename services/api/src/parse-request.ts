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
  const issue = parsed.error.issues[0];
  // Zod names an unknown field in its message only; a caller wants it as the path.
  const unknownKey = issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
  throw new InvalidRequestError(
    [...(issue?.path ?? []), ...unknownKey].map(String).join('.'),
    unknownKey.length > 0 ? 'is no field of this request' : (issue?.message ?? 'does not fit'),
  );
};
