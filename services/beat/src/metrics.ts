import { Counter, Gauge, type HealthServer } from '@shared/service';
import type { Beat } from './beat.ts';
import type { TickListener } from './ticker.ts';

/** Counts ticks and remembers the last one of each entry. */
export const createTickMetrics = (registry: HealthServer['metrics']): TickListener => {
  const registers = [registry];
  const ticks = new Counter({
    name: 'taskyard_beat_ticks_total',
    help: 'Ticks that this beat has enqueued.',
    labelNames: ['entry'],
    registers,
  });
  const lastTick = new Gauge({
    name: 'taskyard_beat_last_tick_timestamp_seconds',
    help: 'Due time of the last tick that this beat has enqueued.',
    labelNames: ['entry'],
    registers,
  });
  return ({ entry: { name: entry }, due }) => {
    ticks.inc({ entry });
    lastTick.set({ entry }, due.getTime() / 1_000);
  };
};

/** Shows whether the beat leads: over all beats the sum is 1. */
export const registerLeaderMetric = (
  registry: HealthServer['metrics'],
  beat: Pick<Beat, 'role'>,
): void => {
  const leader: Gauge = new Gauge({
    name: 'taskyard_beat_leader',
    help: '1 if this beat leads, 0 if it follows.',
    registers: [registry],
    collect: () => leader.set(beat.role() === 'leader' ? 1 : 0),
  });
};
