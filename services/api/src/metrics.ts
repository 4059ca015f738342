import type { HeldJobs, Producer } from '@shared/queue';
import type { Logger } from '@shared/service';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { AnsweredRequest } from './request-context.ts';

export type Metrics = {
  contentType: string;
  /** The page that Prometheus asks for; jobs are counted for it. */
  scrape(): Promise<string>;
  report(answered: AnsweredRequest): void;
};

/** The process's own metrics, the requests it answered, how full the queues are, and what is held. */
export const createMetrics = ({
  producer,
  held,
  log,
}: {
  producer: Pick<Producer, 'queueCounts'>;
  held: Pick<HeldJobs, 'count'>;
  log: Logger;
}): Metrics => {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const duration = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from a request to the end of its answer',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers: [registry],
  });
  const jobs = new Gauge({
    name: 'taskyard_queue_jobs',
    help: 'Jobs in a queue by status',
    labelNames: ['queue', 'status'],
    registers: [registry],
  });
  const workers = new Gauge({
    name: 'taskyard_queue_workers',
    help: 'Worker processes that serve a queue',
    labelNames: ['queue'],
    registers: [registry],
  });
  const heldJobs = new Gauge({
    name: 'taskyard_held_jobs',
    help: 'Jobs that are not in their queues yet, by where they are held and in which state',
    labelNames: ['where', 'state'],
    registers: [registry],
  });
  const setHeldGauge = async () => {
    const counts = await held.count().catch((error: unknown) => {
      log.warn({ error }, 'held jobs not counted');
      return [];
    });
    heldJobs.reset();
    for (const { where, waiting, refused } of counts) {
      heldJobs.set({ where, state: 'waiting' }, waiting);
      heldJobs.set({ where, state: 'refused' }, refused);
    }
  };
  const setQueueGauges = async () => {
    const counts = await producer.queueCounts().catch((error: unknown) => {
      // The rest of the page is still good; what was true a while ago is worse than nothing.
      log.warn({ error }, 'queue depths not available');
      return {};
    });
    jobs.reset();
    workers.reset();
    for (const [queue, { workers: serving, ...byStatus }] of Object.entries(counts)) {
      workers.set({ queue }, serving);
      for (const [status, count] of Object.entries(byStatus)) jobs.set({ queue, status }, count);
    }
  };
  return {
    contentType: registry.contentType,
    async scrape() {
      await Promise.all([setQueueGauges(), setHeldGauge()]);
      return registry.metrics();
    },
    report: ({ method, route, status, seconds }) =>
      duration.observe({ method, route, status }, seconds),
  };
};
