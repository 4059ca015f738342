import { type HealthCheck, runHealthChecks } from '@shared/service';
import type { RequestHandler } from 'express';
import { contextOf } from '../request-context.ts';

/**
 * `GET /health`, `/health/ready` answer 200 `{ status: 'ok', checks }`, or 503 with what fails;
 * `GET /health/live`, without checks, as long as the process answers at all.
 */
export const health =
  (checks: Record<string, HealthCheck>): RequestHandler =>
  async (request, response) => {
    const { ok, checks: results } = await runHealthChecks(checks);
    const { log } = contextOf(request);
    // Anybody may ask, and reasons name hosts: those go to the log.
    const shown = Object.entries(results).map(([name, result]) => {
      if (!result.ok) log.warn({ check: name, reason: result.reason }, 'health check failing');
      return [name, { ok: result.ok }];
    });
    response
      .status(ok ? 200 : 503)
      .setHeader('cache-control', 'no-store')
      .json({ status: ok ? 'ok' : 'failing', checks: Object.fromEntries(shown) });
  };
