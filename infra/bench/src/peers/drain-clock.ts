import type { Drained } from './commands.ts';

/** A worker's start and its first jobs, before its code is compiled, are left out. */
const LEFT_OUT = 0.05;

export type DrainClock = {
  /** To be called by the handler, once for each job. */
  count(): void;
  finished: Promise<Drained>;
};

/** Measures a worker from its handler's calls: the same few instructions on both sides. */
export const startDrainClock = (jobs: number): DrainClock => {
  const leftOut = Math.max(Math.floor(jobs * LEFT_OUT), 1);
  const { promise: finished, resolve } = Promise.withResolvers<Drained>();
  let done = 0;
  let beganAt = 0;
  let cpuBefore = process.cpuUsage();
  return {
    finished,
    count() {
      done += 1;
      if (done === leftOut) {
        beganAt = performance.now();
        cpuBefore = process.cpuUsage();
      }
      if (done !== jobs) return;
      const { user, system } = process.cpuUsage(cpuBefore);
      const ms = performance.now() - beganAt;
      resolve({ jobs: jobs - leftOut, ms, cpuMicros: user + system });
    },
  };
};
