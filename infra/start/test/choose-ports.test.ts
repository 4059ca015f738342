import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, test } from 'vitest';
import { choosePorts } from '../src/choose-ports.ts';

test('a port that is taken is reported with who has it and what changes it', async () => {
  await using server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // A listening TCP server has no other kind.

  const choice = choosePorts({ PORT: port, DASHBOARD_PORT: 0 });

  await expect(choice).rejects.toMatchObject({
    code: 'ports_taken',
    why: expect.stringContaining(`port ${port} is taken`),
    fix: expect.stringContaining('PORT=0 npm start'),
  });
  if (process.platform === 'linux') {
    await expect(choice).rejects.toThrow(`taken by process ${process.pid} (`);
  }
});

test('a port that only somebody on all addresses has is taken too', async () => {
  await using server = createServer().listen(0, '0.0.0.0');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // As above.

  await expect(choosePorts({ PORT: port })).rejects.toMatchObject({ code: 'ports_taken' });
});

test('0 becomes a port that is free, and no port stays none', async () => {
  const chosen = await choosePorts({ PORT: 0, MAILBOX_PORT: undefined });

  expect(chosen).toEqual({ PORT: expect.any(Number) });
  expect(chosen.PORT).toBeGreaterThan(0);
});
