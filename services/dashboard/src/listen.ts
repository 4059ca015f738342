import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PortTakenError } from '@shared/errors';

/**
 * Serves until disposed: requests under way finish, kept-alive connections are cut.
 *
 * @param options.port 0 = any free port.
 * @throws {PortTakenError}
 */
export const listen = async (
  handler: RequestListener,
  { port, host }: { port: number; host: string },
): Promise<AsyncDisposable & { port: number }> => {
  const server = createServer(handler);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => {
      const taken = 'code' in error && error.code === 'EADDRINUSE';
      reject(taken ? new PortTakenError(port, 'DASHBOARD_PORT', { cause: error }) : error);
    });
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port, // A listening TCP server has no other kind.
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeIdleConnections();
      const cutOff = setTimeout(() => server.closeAllConnections(), 2_000);
      await closed;
      clearTimeout(cutOff);
    },
  };
};
