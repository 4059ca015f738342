import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PortTakenError } from '@shared/errors';

/**
 * Serves until disposed: then nobody new is let in, what is under way may finish within `graceMs`,
 * and the rest is cut off.
 *
 * @param options.port 0 = any free port.
 * @throws {PortTakenError}
 */
export const listen = async (
  handler: RequestListener,
  { port, host, graceMs }: { port: number; host: string; graceMs: number },
): Promise<AsyncDisposable & { port: number }> => {
  let closing = false;
  const open = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    open.add(response);
    response.once('close', () => {
      open.delete(response);
      // A kept-alive connection would hold the server until its own time is over.
      if (closing) server.closeIdleConnections();
    });
    handler(request, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => {
      const taken = 'code' in error && error.code === 'EADDRINUSE';
      reject(taken ? new PortTakenError(port, 'PORT', { cause: error }) : error);
    });
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port, // A listening TCP server has no other kind.
    async [Symbol.asyncDispose]() {
      closing = true;
      for (const response of open) {
        if (!response.headersSent) response.setHeader('connection', 'close');
      }
      const cutOff = setTimeout(() => server.closeAllConnections(), graceMs);
      await new Promise((resolve) => server.close(resolve));
      clearTimeout(cutOff);
    },
  };
};
