import { type AddressInfo, createServer } from 'node:net';

/** A port of the loopback address that nobody listens on at this moment. */
export const freePort = async (): Promise<number> => {
  const server = await listen(0);
  const { port } = server.address() as AddressInfo; // A listening TCP server has no other kind.
  await new Promise((resolve) => server.close(resolve));
  return port;
};

/** Whether `port` can be listened on; asks the kernel by doing it, for an instant. */
export const isPortFree = async (port: number, host?: string): Promise<boolean> => {
  try {
    const server = await listen(port, host);
    await new Promise((resolve) => server.close(resolve));
    return true;
  } catch {
    return false;
  }
};

const listen = async (port: number, host = '127.0.0.1') => {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host, exclusive: true }, resolve);
  });
  return server;
};
