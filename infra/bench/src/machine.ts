import { availableParallelism, cpus, loadavg, platform, release, totalmem } from 'node:os';

/** What the numbers were measured on; they mean little without it. */
export type Machine = {
  cpus: number;
  model: string;
  memoryBytes: number;
  node: string;
  redis: string;
  platform: string;
  /** Of 1, 5 and 15 minutes, before the first measurement. */
  loadAverage: number[];
};

export const describeMachine = (redisVersion: string): Machine => ({
  cpus: availableParallelism(),
  model: cpus()[0]?.model.trim() ?? 'unknown',
  memoryBytes: totalmem(),
  node: process.version,
  redis: redisVersion,
  platform: `${platform()} ${release()} ${process.arch}`,
  loadAverage: loadavg(),
});
