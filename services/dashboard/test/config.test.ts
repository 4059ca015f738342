import { ConfigError } from '@shared/errors';
import { expect, test } from 'vitest';
import { loadConfig } from '../src/config.ts';
import { hashPassword } from '../src/passwords.ts';

const hash = await hashPassword('secret');
const production = {
  NODE_ENV: 'production',
  DATABASE_URL: 'postgres://db/taskyard',
  SESSION_SECRET: 'x'.repeat(32),
  DASHBOARD_USERS: `ada:admin:${hash}, ben:viewer:${hash}`,
};

test('users are read from the environment', () => {
  expect(loadConfig(production).users).toEqual([
    { name: 'ada', role: 'admin', passwordHash: hash },
    { name: 'ben', role: 'viewer', passwordHash: hash },
  ]);
});

test.for([
  { without: 'users', change: { DASHBOARD_USERS: '' }, complaint: /DASHBOARD_USERS must name/ },
  {
    without: 'users but with a development password',
    change: { DASHBOARD_USERS: '', DASHBOARD_PASSWORD: 'secret' },
    complaint: /DASHBOARD_PASSWORD does not count/,
  },
  { without: 'a session secret', change: { SESSION_SECRET: '' }, complaint: /SESSION_SECRET must/ },
  {
    without: 'a long session secret',
    change: { SESSION_SECRET: 'short' },
    complaint: /SESSION_SECRET must have at least 32/,
  },
])('production without $without does not start', ({ change, complaint }) => {
  expect(() => loadConfig({ ...production, ...change })).toThrow(ConfigError);
  expect(() => loadConfig({ ...production, ...change })).toThrow(complaint);
});

test.for([
  { what: 'no role', users: `ada:${hash}`, complaint: /no. 1 \("ada"\) without a role/ },
  { what: 'an unknown role', users: `ada:root:${hash}`, complaint: /without a role/ },
  { what: 'a password in the clear', users: 'ada:admin:secret', complaint: /without a hash/ },
  { what: 'a name with spaces', users: `a b:admin:${hash}`, complaint: /without a name/ },
  { what: 'a name twice', users: `ada:admin:${hash},ada:viewer:${hash}`, complaint: /"ada" twice/ },
])('users with $what are refused, without their hash being told', ({ users, complaint }) => {
  const load = () => loadConfig({ ...production, DASHBOARD_USERS: users });

  expect(load).toThrow(complaint);
  expect(load).not.toThrow(hash);
});

test('in development there is an admin, whose password is made up if none is given', () => {
  const { DATABASE_URL } = production;

  const given = loadConfig({ DATABASE_URL, DASHBOARD_PASSWORD: 'mine' });
  const [one, other] = [loadConfig({ DATABASE_URL }), loadConfig({ DATABASE_URL })];

  expect(given).toMatchObject({ developmentPassword: 'mine', inventedPassword: undefined });
  expect(one.developmentPassword).toBe(one.inventedPassword);
  expect(one.inventedPassword).not.toBe(other.inventedPassword);
});

test('in production the development password is nobody’s', () => {
  const config = loadConfig({ ...production, DASHBOARD_PASSWORD: 'secret' });

  expect(config.developmentPassword).toBeUndefined();
});
