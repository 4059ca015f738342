import { startGuarded } from '@shared/embedded';
import { eventually } from '@shared/testing';
import { expect, test } from 'vitest';
import { type Crash, supervise } from '../src/supervise.ts';

const shell = (script: string) => () => startGuarded('/bin/sh', ['-c', script]);

test('what ends is started again, and each wait is twice the one before', async () => {
  const crashes: Crash[] = [];
  await using supervised = await supervise({
    name: 'brief',
    start: shell('exit 3'),
    onCrash: (crash) => crashes.push(crash),
    firstWaitMs: 10,
  });

  await eventually(() => expect(crashes.length).toBeGreaterThanOrEqual(3));

  expect(supervised.name).toBe('brief');
  expect(crashes.slice(0, 3)).toEqual([
    { name: 'brief', reason: 'ended with exit code 3', restartInMs: 10 },
    { name: 'brief', reason: 'ended with exit code 3', restartInMs: 20 },
    { name: 'brief', reason: 'ended with exit code 3', restartInMs: 40 },
  ]);
});

test('a start that fails after a crash counts as the next crash', async () => {
  const crashes: Crash[] = [];
  let starts = 0;
  await using _ = await supervise({
    name: 'gone',
    start: () => {
      starts += 1;
      return starts === 1 ? shell('exit 0')() : Promise.reject(new Error('no such program'));
    },
    onCrash: (crash) => crashes.push(crash),
    firstWaitMs: 1,
  });

  await eventually(() => expect(crashes.length).toBeGreaterThanOrEqual(2));

  expect(crashes[1]?.reason).toBe('Error: no such program');
});

test('the pid is that of the process that runs now', async () => {
  await using supervised = await supervise({
    name: 'steady',
    start: shell('exec sleep 60'),
    onCrash: () => {},
    firstWaitMs: 1,
  });
  const first = supervised.pid() ?? 0;

  process.kill(first, 'SIGKILL');

  await eventually(() => expect(supervised.pid()).toBeGreaterThan(0));
  await eventually(() => expect(supervised.pid()).not.toBe(first));
});

test('disposing while it waits for the next start ends the waiting', async () => {
  const crashes: Crash[] = [];
  const supervised = await supervise({
    name: 'brief',
    start: shell('exit 1'),
    onCrash: (crash) => crashes.push(crash),
    firstWaitMs: 600_000,
  });
  await eventually(() => expect(crashes).toHaveLength(1));

  await supervised[Symbol.asyncDispose]();

  expect(supervised.pid()).toBeUndefined();
});
