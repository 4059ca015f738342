import { type HealthCheck, type Logger, runHealthChecks } from '@shared/service';
import type { RequestHandler } from 'express';

/** 200 `{ status: 'ok', checks }`, or 503. Anybody may ask, so reasons, which name hosts, go to the log. */
export const health =
  ({ checks, log }: { checks: Record<string, HealthCheck>; log: Logger }): RequestHandler =>
  async (_request, response) => {
    const { ok, checks: results } = await runHealthChecks(checks);
    const shown = Object.entries(results).map(([name, result]) => {
      if (!result.ok) log.warn({ check: name, reason: result.reason }, 'health check failing');
      return [name, { ok: result.ok }];
    });
    response
      .status(ok ? 200 : 503)
      .json({ status: ok ? 'ok' : 'failing', checks: Object.fromEntries(shown) });
  };
