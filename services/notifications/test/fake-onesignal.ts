import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { z } from 'zod';

const Request = z.looseObject({
  app_id: z.string(),
  target_channel: z.literal('push'),
  include_subscription_ids: z.array(z.string()),
  headings: z.object({ en: z.string() }),
  contents: z.object({ en: z.string() }),
  idempotency_key: z.uuid(),
});

export const ONESIGNAL_KEY = 'key-of-tests';

/** Speaks OneSignal's protocol on loopback: one message for each idempotency key. */
export const startFakeOneSignal = async () => {
  const sent = new Map<string, z.infer<typeof Request>>();
  const gone = new Set<string>();
  let requests = 0;
  let next: { status: number; headers?: Record<string, string> } | undefined;
  let arrived = Promise.withResolvers<void>();
  let hanging = false;
  const server = createServer((request, response) => void answer(request, response));
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const body = Request.parse(await json(request));
    requests += 1;
    const refusal = next;
    next = undefined;
    response.setHeader('content-type', 'application/json');
    if (request.method !== 'POST' || request.url !== '/notifications') {
      response.writeHead(404).end('{}');
    } else if (request.headers.authorization !== `Key ${ONESIGNAL_KEY}`) {
      response.writeHead(403).end(JSON.stringify({ errors: ['Access denied.'] }));
    } else if (refusal !== undefined) {
      response.writeHead(refusal.status, refusal.headers).end(JSON.stringify({ errors: ['no'] }));
    } else {
      const ids = body.include_subscription_ids;
      const left = ids.filter((id) => !gone.has(id));
      if (left.length > 0) sent.set(body.idempotency_key, body);
      arrived.resolve();
      if (hanging) return;
      response.end(
        JSON.stringify(
          left.length === 0
            ? { id: '', errors: ['All included players are not subscribed'] }
            : {
                id: body.idempotency_key,
                ...(left.length < ids.length && {
                  errors: { invalid_player_ids: ids.filter((id) => gone.has(id)) },
                }),
              },
        ),
      );
    }
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // A listening TCP server has no other kind.
  return {
    url: `http://127.0.0.1:${port}`,
    messages: () => [...sent.values()],
    requests: () => requests,
    gone,
    refuseNext(status: number, headers: Record<string, string> = {}) {
      next = { status, headers };
    },
    /** From now on it takes messages and never answers, until told. */
    hang() {
      hanging = true;
      arrived = Promise.withResolvers<void>();
      return { arrived: arrived.promise, end: () => void (hanging = false) };
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
};
