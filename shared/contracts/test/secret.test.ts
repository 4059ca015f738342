import { z } from 'zod';
import { expect, test } from 'vitest';
import { redactPayload, secret, sendPasswordResetEmail } from '../src/index.ts';

const hidden = '[redacted]';
const token = secret(z.string());

test.for([
  { place: 'a field', schema: z.strictObject({ token }), value: { token: 's3' } },
  {
    place: 'an optional field',
    schema: z.strictObject({ token: token.optional() }),
    value: { token: 's3' },
  },
  { place: 'a list', schema: z.array(z.strictObject({ token })), value: [{ token: 's3' }] },
  { place: 'a record', schema: z.record(z.string(), token), value: { any: 's3' } },
  { place: 'a tuple', schema: z.tuple([z.number(), token]), value: [1, 's3'] },
  {
    place: 'a union',
    schema: z.union([z.number(), z.strictObject({ token })]),
    value: { token: 's3' },
  },
  {
    place: 'a transformed field',
    schema: z.strictObject({ token: token.transform((t) => t.length) }),
    value: { token: 's3' },
  },
  {
    place: 'a read-only object',
    schema: z.strictObject({ token }).readonly(),
    value: { token: 's3' },
  },
  { place: 'a field nobody knows', schema: z.strictObject({}), value: { whatever: 's3' } },
])('a secret in $place is hidden', ({ schema, value }) => {
  const shown = JSON.stringify(redactPayload({ payload: schema as never }, value));

  expect(shown).toContain(hidden);
  expect(shown).not.toContain('s3');
});

test('what is not secret is shown as it is', () => {
  const payload = { userEmail: 'ada@example.com', userName: 'Ada', resetToken: 'x'.repeat(20) };

  expect(redactPayload(sendPasswordResetEmail, payload)).toEqual({
    ...payload,
    resetToken: hidden,
  });
});
