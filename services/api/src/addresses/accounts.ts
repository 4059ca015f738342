import type { Express } from 'express';
import { only } from '../only.ts';
import type { Parts } from '../parts.ts';
import { login } from '../routes/login.ts';
import { logout } from '../routes/logout.ts';
import { page } from '../routes/page.ts';
import { register } from '../routes/register.ts';
import { requestPasswordReset } from '../routes/request-password-reset.ts';
import { resetPassword } from '../routes/reset-password.ts';

/** The accounts of people: register, log in and out, reset passwords. */
export const accountsAddresses = (
  app: Express,
  { database, producer, relay, background, passwords, tokens, callers, limited }: Parts,
): void => {
  app
    .route('/register')
    .post(limited.register, register({ database, producer, relay, passwords, tokens }))
    .all(only('POST'));
  app.route('/login').post(limited.login, login({ database, passwords, tokens })).all(only('POST'));
  app.route('/logout').post(logout({ database, callers })).all(only('POST'));
  app
    .route('/password-resets')
    .post(limited.passwordResets, requestPasswordReset({ database, producer, background }))
    .all(only('POST'));
  app
    .route('/password-resets/:token')
    .post(limited.passwordResets, resetPassword({ database, passwords }))
    .all(only('POST'));
  app.route('/reset-password').get(page('reset-password.html')).all(only('GET'));
  app.route('/reset-password.js').get(page('reset-password.js')).all(only('GET'));
};
