import { expect, test } from 'vitest';
import { openTerminal } from '../src/terminal.ts';

const INFO =
  '{"level":"info","time":"2030-01-01T00:00:00Z","service":"emails","msg":"worker ready"}';
const WARNING = '{"level":"warn","service":"emails","pid":1,"jobId":"a1","msg":"job retried"}';
const ERROR =
  '{"level":"error","service":"emails","msg":"job failed","error":{"type":"Error","message":"no","stack":"at"}}';

const open = (verbose = false) => {
  const written: string[] = [];
  return { written, terminal: openTerminal({ verbose, write: (text) => written.push(text) }) };
};

test('warnings and errors are shown under the name of their process', () => {
  const { written, terminal } = open();
  const show = terminal.showing('emails');

  for (const line of [INFO, WARNING, ERROR]) show(line);

  expect(written).toEqual([
    'emails     warn job retried jobId="a1"\n',
    'emails     error job failed error="no"\n',
  ]);
});

test('--verbose shows everything', () => {
  const { written, terminal } = open(true);

  terminal.showing('emails')(INFO);

  expect(written).toEqual(['emails     info worker ready\n']);
});

test('what is not a log line is shown as it is', () => {
  const { written, terminal } = open();

  terminal.showing('web')('Cannot start: PORT must be a port number');

  expect(written).toEqual(['web        Cannot start: PORT must be a port number\n']);
});

test('the output of what has just crashed is shown once', () => {
  const { written, terminal } = open();
  const show = terminal.showing('web');

  show('TypeError: no');
  terminal.crashed({ name: 'web', reason: 'ended with exit code 1', restartInMs: 2_000 });
  show('TypeError: no');

  expect(written).toEqual([
    'web        TypeError: no\n',
    'web        ended with exit code 1; starting it again in 2 s\n',
  ]);
});
