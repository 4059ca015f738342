import type { Metrics } from './metric.ts';
import type { RedisMeter } from './redis-meter.ts';

/** What a suite is given to measure with. */
export type Bench = {
  redisUrl: string;
  meter: RedisMeter;
  /** How often each measurement is repeated. */
  rounds: number;
  /** How many jobs the largest measurement takes. */
  jobs: number;
  /** One line for whoever waits. */
  progress(line: string): void;
};

/** One comparison with one rival; a file in `suites/` each. */
export type Suite = {
  name: string;
  summary: string;
  /** What the rival is called in the table. */
  rival: string;
  run(bench: Bench): Promise<Metrics>;
};
