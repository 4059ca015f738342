import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { selfSigned } from '@shared/testing';
import { z } from 'zod';

/** What FCM says of a token, as its HTTP v1 API does. */
const REFUSALS: Readonly<Record<string, { status: number; errorCode: string; rpc: string }>> = {
  unregistered: { status: 404, errorCode: 'UNREGISTERED', rpc: 'NOT_FOUND' },
  invalid: { status: 400, errorCode: 'INVALID_ARGUMENT', rpc: 'INVALID_ARGUMENT' },
  foreign: { status: 403, errorCode: 'SENDER_ID_MISMATCH', rpc: 'PERMISSION_DENIED' },
  busy: { status: 429, errorCode: 'QUOTA_EXCEEDED', rpc: 'RESOURCE_EXHAUSTED' },
};

const Request = z.object({
  message: z.looseObject({
    token: z.string(),
    notification: z.object({ title: z.string(), body: z.string().optional() }),
    data: z.record(z.string(), z.string()).optional(),
    android: z.looseObject({ collapseKey: z.string().optional() }).optional(),
  }),
});

/**
 * Speaks FCM's HTTP v1 protocol over TLS on loopback. A token that begins with the name of a refusal
 * is refused like that, as long as it is in `refusing`.
 */
export const startFakeFcm = async () => {
  const { key, cert } = selfSigned('fcm.googleapis.com');
  const sent: z.infer<typeof Request>['message'][] = [];
  const seen: string[] = [];
  const refusing = new Set(Object.keys(REFUSALS));
  const server = createServer({ key, cert }, (request, response) => void answer(request, response));
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const { message } = Request.parse(await json(request));
    seen.push(message.token);
    if (!(request.url ?? '').startsWith('/v1/projects/demo/')) {
      response.writeHead(404, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error: { code: 404, status: 'NOT_FOUND' } }));
      return;
    }
    if (request.headers.authorization !== 'Bearer token-of-tests') {
      response.writeHead(401, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error: { status: 'UNAUTHENTICATED' } }));
      return;
    }
    const kind = message.token.split('-')[0] ?? '';
    const refusal = refusing.has(kind) ? REFUSALS[kind] : undefined;
    response.setHeader('content-type', 'application/json');
    if (refusal === undefined) {
      sent.push(message);
      response.end(JSON.stringify({ name: `projects/demo/messages/${sent.length}` }));
      return;
    }
    const { status, errorCode, rpc } = refusal;
    response.writeHead(status).end(
      JSON.stringify({
        error: {
          code: status,
          message: `about ${message.token}`,
          status: rpc,
          details: [{ '@type': 'type.googleapis.com/google.firebase.fcm.v1.FcmError', errorCode }],
        },
      }),
    );
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // A listening TCP server has no other kind.
  return {
    url: `https://127.0.0.1:${port}`,
    ca: cert,
    sent,
    seen,
    /** How a token may begin to be refused. */
    refusing,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
};

/** Whom the fake lets in. */
export const credential = {
  getAccessToken: async () => ({ access_token: 'token-of-tests', expires_in: 3_600 }),
};
