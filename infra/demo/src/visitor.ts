import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Http } from './http.ts';

const Registered = z.looseObject({
  jobId: z.string(),
  token: z.string(),
  user: z.looseObject({ id: z.string(), email: z.string() }),
});

/** Somebody with an account of their own, made for one run of the demo. */
export type Visitor = {
  id: string;
  email: string;
  firstName: string;
  token: string;
  welcomeJobId: string;
};

const PASSWORD_BYTES = 12;

/** @returns a password that nobody guesses. */
export const newPassword = (): string => randomBytes(PASSWORD_BYTES).toString('base64url');

/** Registers a new user over HTTP. */
export const register = async (http: Http): Promise<Visitor> => {
  const username = `ada-${randomBytes(4).toString('hex')}`;
  const email = `${username}@example.com`;
  const firstName = 'Ada';
  const { jobId, token, user } = await http.json('/register', Registered, {
    method: 'POST',
    body: { email, username, firstName, password: newPassword() },
    expect: 201,
  });
  return { id: user.id, email, firstName, token, welcomeJobId: jobId };
};
