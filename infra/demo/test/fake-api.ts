import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

type Answer = { status: number; body: unknown };

/**
 * As much of the api as the demo's own tests need: it is ready, registers anybody and has the given
 * queues. `answers` replaces what it says by `POST /path`.
 */
export const startFakeApi = async ({
  queues = [],
  answers = {},
}: { queues?: readonly string[]; answers?: Record<string, Answer> } = {}) => {
  const paths = Object.fromEntries(
    queues.map((queue) => [`/tasks/${queue}.work`, { post: { 'x-queue': queue } }]),
  );
  const known: Record<string, Answer> = {
    'GET /health/ready': { status: 200, body: { status: 'ok' } },
    'POST /register': {
      status: 201,
      body: { jobId: 'welcome-1', token: 'token', user: { id: '1', email: 'ada@example.com' } },
    },
    'GET /tasks': { status: 200, body: { paths } },
    ...answers,
  };
  const server = createServer((request, response) => {
    const { status, body } = known[`${request.method} ${request.url}`] ?? {
      status: 404,
      body: { error: { code: 'route_not_found', message: 'There is nothing here.' } },
    };
    request.resume();
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, // It listens on TCP.
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
