import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A way to Redis that can be cut like a network. */
export type RedisProxy = AsyncDisposable & {
  readonly url: string;
  /** Ends every connection and refuses new ones. */
  cut(): void;
  /** Lets connections through again, to another server if one is named. */
  restore(redisUrl?: string): void;
  /** Swallows whatever is said on the connections there are; new ones work. */
  freeze(): void;
  /** Swallows whatever is said on any connection once a client has sent this on it. */
  freezeAfter(said: string): void;
  /** Lets the next command that holds this through, but not its answer, nor any later one. */
  loseAnswerTo(said: string): void;
};

type Link = { client: Socket; server: Socket; frozen: boolean; muted: boolean };

/** Opens a proxy on a free port of 127.0.0.1. */
export const openRedisProxy = async (redisUrl: string): Promise<RedisProxy> => {
  let { hostname, port } = new URL(redisUrl);
  const links = new Set<Link>();
  let isCut = false;
  let poison: string | undefined;
  let unanswered: string | undefined;

  const proxy = createServer((client) => {
    if (isCut) {
      client.destroy();
      return;
    }
    const server = connect(Number(port), hostname);
    const link: Link = { client, server, frozen: false, muted: false };
    links.add(link);
    client.on('data', (chunk) => {
      const said = chunk.toString('latin1');
      if (poison !== undefined && said.includes(poison)) link.frozen = true;
      if (unanswered !== undefined && said.includes(unanswered)) {
        link.muted = true;
        unanswered = undefined;
      }
      if (!link.frozen) server.write(chunk);
    });
    server.on('data', (chunk) => {
      if (!link.frozen && !link.muted) client.write(chunk);
    });
    const end = () => {
      links.delete(link);
      client.destroy();
      server.destroy();
    };
    for (const socket of [client, server]) {
      socket.on('error', end);
      socket.on('close', end);
    }
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const { port: own } = proxy.address() as AddressInfo; // A TCP server has no other kind.

  const endAll = () => {
    for (const { client, server } of links) {
      client.destroy();
      server.destroy();
    }
  };
  return {
    url: `redis://127.0.0.1:${own}`,
    cut() {
      isCut = true;
      endAll();
    },
    restore(otherUrl = redisUrl) {
      ({ hostname, port } = new URL(otherUrl));
      isCut = false;
    },
    freeze() {
      for (const link of links) link.frozen = true;
    },
    freezeAfter(said) {
      poison = said;
    },
    loseAnswerTo(said) {
      unanswered = said;
    },
    async [Symbol.asyncDispose]() {
      endAll();
      await new Promise((resolve) => proxy.close(resolve));
    },
  };
};
