import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createApp } from './app.ts';
import { listening } from './listening.ts';
import type { MailStore } from './mail-store.ts';

export type WebSide = AsyncDisposable & { port: number };

/** Serves the page and the JSON that it, and tests, live on. */
export const startWebSide = async ({
  port,
  host,
  ...app
}: {
  port: number;
  host: string;
  store: MailStore;
  smtpUrl: string;
}): Promise<WebSide> => {
  const server = createServer(createApp({ host, ...app }));
  await listening(server.listen(port, host), { port, variable: 'MAILBOX_PORT' });
  return {
    port: (server.address() as AddressInfo).port, // A listening TCP server has no other kind.
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
