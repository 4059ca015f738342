import { expect, test } from 'vitest';
import { loadConfig } from '../src/config.ts';

test('without any variable the mailbox listens on loopback at its usual ports', () => {
  expect(loadConfig({})).toEqual({
    smtpPort: 1025,
    webPort: 1080,
    host: '127.0.0.1',
    directory: undefined,
    limit: 500,
    logLevel: 'info',
  });
});

test.for([
  { variable: 'NODE_ENV', value: 'production' },
  { variable: 'MAILBOX_PORT', value: 'http' },
  { variable: 'MAILBOX_LIMIT', value: '0' },
])('$variable=$value is refused by name', ({ variable, value }) => {
  expect(() => loadConfig({ [variable]: value })).toThrow(
    expect.objectContaining({ code: 'invalid_config', why: expect.stringContaining(variable) }),
  );
});
