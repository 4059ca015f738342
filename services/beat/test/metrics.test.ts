import { Registry } from '@shared/service';
import { expect, test } from 'vitest';
import { createTickMetrics, registerLeaderMetric } from '../src/metrics.ts';
import { createSchedule } from '../src/schedule.ts';

test('the metrics tell how many ticks there were, when the last one was due, and who leads', async () => {
  const registry = new Registry();
  const onTick = createTickMetrics(registry);
  const [entry] = createSchedule();
  if (entry === undefined) throw new Error('the schedule is empty');
  registerLeaderMetric(registry, { role: () => 'leader' });

  onTick({ entry, due: new Date('2026-10-03T03:00:00Z') });
  onTick({ entry, due: new Date('2026-10-04T03:00:00Z') });

  const metrics = await registry.metrics();
  expect(metrics).toContain('taskyard_beat_ticks_total{entry="sessions-cleanup-expired"} 2');
  expect(metrics).toContain(
    `taskyard_beat_last_tick_timestamp_seconds{entry="sessions-cleanup-expired"} ${Date.parse('2026-10-04T03:00:00Z') / 1_000}`,
  );
  expect(metrics).toContain('taskyard_beat_leader 1');
});
