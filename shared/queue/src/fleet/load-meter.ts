import { monitorEventLoopDelay, performance } from 'node:perf_hooks';

export type Load = {
  /** How late timers fire, ms, 99th percentile since the last reading. */
  loopLagMs: number;
  /** Of one core, since the last reading; a process with threads may exceed 1. */
  cpuShare: number;
};

export type LoadMeter = Disposable & { read(): Load };

/** How often the loop is probed: twenty times a second costs nothing that can be measured. */
const RESOLUTION_MS = 50;

/** Below this much time CPU clocks, which tick, say nothing. */
const SHORTEST_WINDOW_MS = 20;

/** Measures this process from one reading to the next. */
export const openLoadMeter = (): LoadMeter => {
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delays.enable();
  let cpu = process.cpuUsage();
  let since = performance.now();
  let latest: Load = { loopLagMs: 0, cpuShare: 0 };

  return {
    read() {
      const elapsedMs = performance.now() - since;
      if (elapsedMs < SHORTEST_WINDOW_MS) return latest;
      const { user, system } = process.cpuUsage(cpu);
      // The histogram holds whole intervals, the probe's own included; empty, it says NaN or less.
      const lag = delays.count === 0 ? 0 : delays.percentile(99) / 1e6 - RESOLUTION_MS;
      latest = {
        loopLagMs: Math.round(Math.max(lag, 0)),
        cpuShare: Math.round(((user + system) / 1_000 / elapsedMs) * 100) / 100,
      };
      cpu = process.cpuUsage();
      since = performance.now();
      delays.reset();
      return latest;
    },
    [Symbol.dispose]: () => {
      delays.disable();
    },
  };
};
