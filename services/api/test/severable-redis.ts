import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { testRedisUrl } from '@shared/testing';

/** The tests' Redis behind a line that can be cut and mended. */
export const severableRedis = async () => {
  const target = new URL(testRedisUrl());
  const sockets = new Set<Socket>();
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
    return socket;
  };
  const server = createServer((client) => {
    const redis = keep(connect(Number(target.port), target.hostname));
    keep(client).pipe(redis).pipe(client);
    client.once('close', () => redis.destroy());
    redis.once('close', () => client.destroy());
  });
  const open = (port: number) =>
    new Promise<void>((resolve) => {
      server.listen(port, '127.0.0.1', resolve);
    });
  const cut = async () => {
    const closed = new Promise((resolve) => {
      server.close(resolve);
    });
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  await open(0);
  const { port } = server.address() as AddressInfo; // A listening TCP server has no other kind.
  return {
    url: `redis://127.0.0.1:${port}`,
    cut,
    mend: () => open(port),
    [Symbol.asyncDispose]: cut,
  };
};
