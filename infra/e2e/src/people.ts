import { randomBytes } from 'node:crypto';
import { ask } from './ask.ts';

/** What somebody new says of themselves. */
export const newcomer = () => {
  const username = `u${randomBytes(6).toString('hex')}`;
  const password = randomBytes(12).toString('base64url');
  return { email: `${username}@example.com`, username, firstName: 'Ada', password };
};

/** Somebody who has registered over HTTP. */
export const registered = async (url: string) => {
  const account = newcomer();
  const { body } = await ask(`${url}/register`, { method: 'POST', json: account });
  const { token, jobId, user } = body as { token: string; jobId: string; user: { id: string } };
  return { ...account, id: user.id, token, jobId };
};
