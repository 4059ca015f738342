import { type Metrics, type Run, summarise } from '../metric.ts';
import { type SideName, startSides } from '../peers/sides.ts';
import { repeat, taking } from '../rounds.ts';
import type { Suite } from '../suite.ts';
import { drainOn, enqueueOn } from './measure.ts';

const GROUPS = [1, 100, 10_000] as const;

const CONCURRENCY = 50;
const PAYLOAD_BYTES = 200;
const BUDGET_MS = 60_000;
const LEAST_JOBS = 20;

/**
 * What serving groups in turn costs. BullMQ has no groups: it drains the same jobs from one list, so
 * that the ratio is the price of fairness; between the numbers of groups it should hardly change.
 */
export const groups: Suite = {
  name: 'groups',
  summary: 'drain jobs of 1, 100 and 10,000 groups in turn, against BullMQ without any',
  rival: 'BullMQ',

  async run(bench) {
    await using processes = await startSides(bench.redisUrl);
    const jobs = Math.max(bench.jobs, LEAST_JOBS);
    const runs = new Map<string, Run[]>();
    await repeat(bench, BUDGET_MS, async (round) => {
      for (const [at, count] of GROUPS.entries()) {
        const rates: Record<SideName, number> = { ours: 0, rival: 0 };
        const commands: Record<SideName, number> = { ours: 0, rival: 0 };
        for (const side of taking(round + at, processes.sides)) {
          const queue = `groups-${count}-${round}`;
          await bench.meter.empty();
          const order = { queue, jobs, manner: 'concurrent', payloadBytes: PAYLOAD_BYTES } as const;
          await enqueueOn(side, { ...order, groups: count });
          const drained = await drainOn(bench, side, { queue, jobs, concurrency: CONCURRENCY });
          rates[side.name] = drained.jobsPerSecond;
          commands[side.name] = drained.redisCommands;
        }
        keep(runs, `drain_${count}_groups`, rates);
        keep(runs, `drain_${count}_groups_redis_commands`, commands);
      }
    });
    const metrics: Metrics = {};
    for (const [name, pairs] of runs) {
      const costs = name.endsWith('_redis_commands');
      metrics[name] = summarise(pairs, {
        unit: costs ? 'commands/job' : 'jobs/s',
        better: costs ? 'lower' : 'higher',
      });
    }
    return metrics;
  },
};

const keep = (runs: Map<string, Run[]>, metric: string, run: Run) => {
  runs.set(metric, [...(runs.get(metric) ?? []), run]);
};
