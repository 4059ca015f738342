import { createECDH, createVerify, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Agent, createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { selfSigned } from '../self-signed.ts';
import { type Browser, decrypt } from './decrypt-push.ts';

type Taken = { topic: string | undefined; ttl: string | undefined; content: unknown };

/**
 * A push service as RFC 8030 describes it, over TLS on loopback, and the browsers behind it. It checks
 * the sender's signature (RFC 8292) and opens messages as a browser does (RFC 8291).
 */
export const startFakePushService = async ({ publicKey }: { publicKey: string }) => {
  const { key, cert } = selfSigned('localhost');
  const browsers = new Map<string, Browser>();
  const answers = new Map<string, { status: number; headers?: Record<string, string> }>();
  const taken: Taken[] = [];
  const server = createServer({ key, cert }, (request, response) => void take(request, response));
  const take = async (request: IncomingMessage, response: ServerResponse) => {
    const path = request.url ?? '';
    const content = await buffer(request);
    const browser = browsers.get(path);
    const answer = answers.get(path);
    if (!isSigned(request.headers.authorization ?? '', publicKey)) {
      response.writeHead(403).end();
    } else if (answer !== undefined) {
      response.writeHead(answer.status, answer.headers).end();
    } else if (browser === undefined) {
      response.writeHead(404).end();
    } else {
      const { topic, ttl } = request.headers;
      taken.push({ topic: String(topic), ttl: String(ttl), content: decrypt(content, browser) });
      response.writeHead(201).end();
    }
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // A listening TCP server has no other kind.
  const agent = new Agent({ ca: cert });
  return {
    /** Its host and port, and the certificate that a client has to trust. */
    host: `localhost:${port}`,
    cert,
    agent,
    taken,
    /** A browser's subscription, as it tells it to the api. */
    subscribe() {
      const path = `/send/${randomBytes(8).toString('hex')}`;
      const keys = createECDH('prime256v1');
      const auth = randomBytes(16);
      browsers.set(path, { keys, publicKey: keys.generateKeys(), auth });
      return {
        token: `https://localhost:${port}${path}`,
        p256dh: keys.getPublicKey().toString('base64url'),
        auth: auth.toString('base64url'),
      };
    },
    /** What this browser's messages are answered from now on; nothing special unless given. */
    answer(token: string, answer?: { status: number; headers?: Record<string, string> }) {
      const { pathname } = new URL(token);
      if (answer === undefined) answers.delete(pathname);
      else answers.set(pathname, answer);
    },
    async [Symbol.asyncDispose]() {
      agent.destroy();
      server.closeAllConnections();
      server.close();
    },
  };
};

/** `vapid t=<JWT>, k=<public key>`, the token signed with the key's other half. */
const isSigned = (authorization: string, publicKey: string): boolean => {
  const [, token = '', key] = /^vapid t=([\w.-]+), k=([\w-]+)$/.exec(authorization) ?? [];
  if (key !== publicKey) return false;
  const [head = '', claims = '', signature = ''] = token.split('.');
  const point = Buffer.from(publicKey, 'base64url');
  const verify = createVerify('sha256').update(`${head}.${claims}`);
  return verify.verify(
    {
      key: {
        kty: 'EC',
        crv: 'P-256',
        x: point.subarray(1, 33).toString('base64url'),
        y: point.subarray(33).toString('base64url'),
      },
      format: 'jwk',
      dsaEncoding: 'ieee-p1363',
    },
    Buffer.from(signature, 'base64url'),
  );
};
