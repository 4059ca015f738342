import type { Express } from 'express';
import { only } from '../only.ts';
import type { Parts } from '../parts.ts';
import { health } from '../routes/health.ts';
import { queueHealth } from '../routes/queue-health.ts';
import { showMetrics } from '../routes/show-metrics.ts';

/** What watches the api asks for. */
export const healthAddresses = (
  app: Express,
  { producer, metrics, guarded, checks }: Parts,
): void => {
  app.route('/health').get(health(checks)).all(only('GET'));
  app.route('/health/ready').get(health(checks)).all(only('GET'));
  app.route('/health/live').get(health({})).all(only('GET'));
  app.route('/health/queues').get(guarded, queueHealth({ producer })).all(only('GET'));
  app.route('/metrics').get(guarded, showMetrics(metrics)).all(only('GET'));
};
