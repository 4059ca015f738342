import { expect, test } from 'vitest';
import { loadConfig } from '../src/config.ts';

const least = { DATABASE_URL: 'postgres://localhost/taskyard' };

test('with the database alone, everything else has a value for development', () => {
  expect(loadConfig(least)).toMatchObject({
    production: false,
    host: '127.0.0.1',
    port: 3000,
    publicUrl: 'http://localhost:3000',
    prefix: 'taskyard',
    apiKey: undefined,
    maxUploadBytes: 20_971_520,
    limits: { login: { count: 30, perSeconds: 300 } },
    trustProxy: 0,
  });
});

test.for([
  { variable: 'DATABASE_URL', env: {} },
  { variable: 'PORT', env: { ...least, PORT: 'http' } },
  { variable: 'MAX_UPLOAD_BYTES', env: { ...least, MAX_UPLOAD_BYTES: '20MB' } },
  { variable: 'RATE_LIMIT_LOGIN', env: { ...least, RATE_LIMIT_LOGIN: '30' } },
  { variable: 'RATE_LIMIT_UPLOAD', env: { ...least, RATE_LIMIT_UPLOAD: '0/60' } },
  { variable: 'TASKYARD_API_KEY', env: { ...least, TASKYARD_API_KEY: 'short' } },
  { variable: 'SESSION_SECRET', env: { ...least, SESSION_SECRET: 'short' } },
  { variable: 'SESSION_SECRET', env: { ...least, NODE_ENV: 'production' } },
  { variable: 'PUBLIC_URL', env: { ...least, PUBLIC_URL: 'example' } },
  { variable: 'PUBLIC_URL', env: { ...least, PUBLIC_URL: 'javascript:alert(1)' } },
])('a wrong $variable stops the start by name: $env', ({ variable, env }) => {
  expect(() => loadConfig(env)).toThrow(
    expect.objectContaining({
      code: 'invalid_config',
      message: expect.stringContaining(variable),
    }),
  );
});

test.for([
  { text: '2', value: 2 },
  { text: 'loopback', value: 'loopback' },
  { text: '10.0.0.0/8, 127.0.0.1', value: '10.0.0.0/8, 127.0.0.1' },
])('TRUST_PROXY $text is read as Express takes it', ({ text, value }) => {
  expect(loadConfig({ ...least, TRUST_PROXY: text }).trustProxy).toEqual(value);
});
