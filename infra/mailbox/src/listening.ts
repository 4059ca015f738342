import { once } from 'node:events';
import type { Server } from 'node:net';
import { PortTakenError } from '@shared/errors';

/**
 * Resolves once the server listens.
 *
 * @param variable the environment variable that chooses its port.
 * @throws {PortTakenError} somebody else has the port.
 */
export const listening = async (
  server: Server,
  { port, variable }: { port: number; variable: string },
): Promise<void> => {
  try {
    if (!server.listening) await once(server, 'listening');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
      throw new PortTakenError(port, variable, { cause: error });
    }
    throw error;
  }
};
