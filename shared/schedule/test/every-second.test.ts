import { silentLogger } from '@shared/service';
import { eventually } from '@shared/testing';
import { expect, test } from 'vitest';
import { everySecond } from '../src/index.ts';

const log = silentLogger();

test('pulses come once a second', async () => {
  const pulses: number[] = [];
  await using _heart = everySecond(
    async () => {
      pulses.push(Date.now());
    },
    { log },
  );

  await eventually(() => expect(pulses.length).toBeGreaterThanOrEqual(2));

  const seconds = pulses.map((at) => Math.floor(at / 1_000));
  expect(new Set(seconds).size).toBe(seconds.length);
});

test('a pulse that takes long is not joined by another, and is waited for at the end', async () => {
  let [begun, ended] = [0, 0];
  const finish = Promise.withResolvers<void>();
  const heart = everySecond(
    async () => {
      begun += 1;
      await finish.promise;
      ended += 1;
    },
    { log },
  );
  await eventually(() => expect(begun).toBe(1));
  const nextSeconds = Date.now() + 2_100;
  await eventually(() => expect(Date.now()).toBeGreaterThan(nextSeconds));

  const closed = heart[Symbol.asyncDispose]();
  finish.resolve();
  await closed;

  expect([begun, ended]).toEqual([1, 1]);
});

test('a pulse that fails does not stop the next', async () => {
  let pulses = 0;
  await using _heart = everySecond(
    async () => {
      pulses += 1;
      throw new Error('no luck');
    },
    { log },
  );

  await eventually(() => expect(pulses).toBeGreaterThanOrEqual(2));
});
