import { expect, test } from 'vitest';
import { openShell } from './taskyard.ts';

const COMMANDS = [
  'worker',
  'enqueue',
  'status',
  'result',
  'cancel',
  'info',
  'tasks',
  'workers',
  'inspect',
  'control',
  'check',
  'api-key',
];

test('help lists every command, and each command explains itself', async () => {
  await using shell = await openShell();

  const { code, out } = await shell.call(['help']);
  const each = await Promise.all(COMMANDS.map((name) => shell.call([name, '--help'])));

  expect(code).toBe(0);
  for (const [at, name] of COMMANDS.entries()) {
    expect(out).toContain(`  ${name} `);
    expect(each[at]).toMatchObject({ code: 0, err: '' });
    expect(each[at]?.out).toContain(`Usage: taskyard ${name}`);
  }
});

test.for([
  { wrong: 'an unknown command', args: ['wrk'], says: 'there is no command "wrk"' },
  { wrong: 'an unknown option', args: ['info', '--all'], says: "unknown option '--all'" },
  { wrong: 'a missing argument', args: ['status'], says: '<id> is missing' },
  { wrong: 'a missing value', args: ['enqueue', 'a', '--delay'], says: 'argument missing' },
  { wrong: 'one argument too many', args: ['result', 'a', 'b'], says: '"b" is one argument too' },
  { wrong: 'a worker without handlers', args: ['worker'], says: '--include <file> is missing' },
])('$wrong is one line and exit code 2', async ({ args, says }) => {
  await using shell = await openShell();

  const { code, out, err } = await shell.call(args);

  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain(says);
  expect(err.trimEnd().split('\n')).toHaveLength(1);
});

test.for([
  { wrong: 'a delay without sense', args: ['--delay', 'soon'], says: '"soon" is no time' },
  { wrong: 'a date without sense', args: ['--at', 'tomorrow'], says: '"tomorrow" is no date' },
  { wrong: 'attempts in words', args: ['--attempts', 'two'], says: '"two" is no whole number' },
  { wrong: 'an unknown priority', args: ['--priority', '12'], says: '12 is no priority' },
])('$wrong is refused with what, why and how to fix it', async ({ args, says }) => {
  await using shell = await openShell();

  const { code, out, err } = await shell.call(['enqueue', 'platform.keep-house', ...args]);

  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(err).toContain(says);
  expect(err).not.toContain('    at ');
});

test('a Redis that does not answer is one line without a stack', async () => {
  await using shell = await openShell();

  const env = { REDIS_URL: 'redis://127.0.0.1:1' };
  const { code, err } = await shell.start(['info'], { env }).finished;

  expect(code).toBe(1);
  expect(err).toBe(
    'Queue unavailable: Redis at redis://127.0.0.1:1 does not answer. Check REDIS_URL and that the server runs, then try again.\n',
  );
});

test('a wrong environment names the variable', async () => {
  await using shell = await openShell();

  const { code, err } = await shell.call(['info'], { env: { QUEUE_PREFIX: 'a b' } });

  expect(code).toBe(1);
  expect(err).toContain('QUEUE_PREFIX may hold letters');
});
