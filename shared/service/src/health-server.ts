import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { collectDefaultMetrics, Registry } from 'prom-client';

/** What a check answers: fine, or the one sentence that says what is wrong. */
export type HealthCheck = () => Promise<{ ok: true } | { ok: false; reason: string }>;

export type HealthServer = AsyncDisposable & { port: number; metrics: Registry };

/**
 * The endpoint that supervisors and Prometheus ask: `GET /health/live`, `/health/ready` (200 or 503
 * with the failing checks), `/health` (the same as ready) and `/metrics`.
 *
 * @param port 0 = any free port.
 */
export const startHealthServer = async ({
  port,
  host = '127.0.0.1',
  live = {},
  ready = {},
  metrics = new Registry(),
}: {
  port: number;
  host?: string;
  live?: Record<string, HealthCheck>;
  ready?: Record<string, HealthCheck>;
  metrics?: Registry;
}): Promise<HealthServer> => {
  collectDefaultMetrics({ register: metrics });
  const routes: Record<string, () => Promise<{ status: number; type: string; body: string }>> = {
    '/health/live': () => report(live),
    '/health/ready': () => report({ ...live, ...ready }),
    '/health': () => report({ ...live, ...ready }),
    '/metrics': async () => ({
      status: 200,
      type: metrics.contentType,
      body: await metrics.metrics(),
    }),
  };
  const server = createServer((request, response) => {
    const route = routes[(request.url ?? '').split('?')[0] ?? ''];
    const answer = route?.() ?? Promise.resolve({ status: 404, type: 'text/plain', body: '' });
    answer
      .catch((error: unknown) => ({ status: 500, type: 'text/plain', body: String(error) }))
      .then(({ status, type, body }) =>
        response.writeHead(status, { 'content-type': type }).end(body),
      )
      .catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve());
  });
  return {
    port: (server.address() as AddressInfo).port, // A listening TCP server has no other kind.
    metrics,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

/** Runs the checks side by side and answers 200, or 503 with what failed. */
export const runHealthChecks = async (checks: Record<string, HealthCheck>) => {
  const results = await Promise.all(
    Object.entries(checks).map(
      async ([name, check]) => [name, await check().catch(failed)] as const,
    ),
  );
  return { ok: results.every(([, { ok }]) => ok), checks: Object.fromEntries(results) };
};

const failed = (error: unknown) => ({ ok: false as const, reason: String(error) });

const report = async (checks: Record<string, HealthCheck>) => {
  const outcome = await runHealthChecks(checks);
  return {
    status: outcome.ok ? 200 : 503,
    type: 'application/json',
    body: JSON.stringify({ status: outcome.ok ? 'ok' : 'failing', checks: outcome.checks }),
  };
};
