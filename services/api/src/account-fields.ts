import { z } from 'zod';

export const password = z
  .string()
  .min(8, 'must have at least 8 characters')
  .max(200, 'must have at most 200 characters');

/** 254 characters are the most that SMTP delivers to (RFC 5321, 4.5.3.1.3). */
export const email = z.email('is no e-mail address').max(254, 'is too long for an address');

/** What a newcomer tells of themselves. */
export const newAccount = z.strictObject({
  email,
  username: z
    .string()
    .regex(/^[A-Za-z0-9_.-]{3,30}$/, 'must be 3 to 30 letters, digits, "_", "." and "-"'),
  firstName: z
    .string()
    .trim()
    .min(1, 'must not be empty')
    .max(80, 'must have at most 80 characters')
    .regex(/^\P{Cc}*$/u, 'must not hold control characters'),
  password,
});
