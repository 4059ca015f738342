import { setTimeout as sleep } from 'node:timers/promises';

/** How long each of `count` calls took, in ms, one after the other, with a rest between them. */
export const timeEach = async (
  count: number,
  call: () => Promise<unknown>,
  pauseMs = 0,
): Promise<number[]> => {
  const took: number[] = [];
  for (let i = 0; i < count; i += 1) {
    const began = performance.now();
    await call();
    took.push(performance.now() - began);
    if (pauseMs > 0) await sleep(pauseMs);
  }
  return took;
};
