import { mkdir } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { join, resolve } from 'node:path';
import { ToolMissingError } from '@shared/errors';
import { type EmbeddedServer, startServer } from './embedded-server.ts';
import { waitForPreviousOwner } from './previous-owner.ts';
import { ensureRedisServer } from './provision/redis-server.ts';

/**
 * Starts a Redis of our own on 127.0.0.1 and resolves when it answers PING.
 *
 * @param directory where its files live; made if missing, found again at the next start.
 * @param port any free one by default.
 * @param appendOnly whether what was written survives the server: appended at once, forced to the
 *   disk every second.
 * @param args more of its own options, as in `['--maxmemory', '64mb']`.
 * @param onLine gets each line it prints.
 * @throws {ToolMissingError} if there is no redis-server and none can be fetched.
 * @throws {EmbeddedServerError} with its last lines if it does not come up.
 */
export const startRedis = async ({
  directory,
  port,
  appendOnly = false,
  args = [],
  onLine,
}: {
  directory: string;
  port?: number | undefined;
  appendOnly?: boolean;
  args?: readonly string[];
  onLine?: (line: string) => void;
}): Promise<EmbeddedServer> => {
  const found = await ensureRedisServer();
  if ('missing' in found) {
    throw new ToolMissingError('redis-server', { why: found.missing, fix: found.fix });
  }
  const home = resolve(directory);
  const pidFile = join(home, 'redis.pid');
  await mkdir(home, { recursive: true, mode: 0o700 });
  await waitForPreviousOwner('Redis', { pidFile, program: 'redis-server' });
  return startServer(port, (chosen) => ({
    name: 'Redis',
    command: [found.path],
    args: [...optionsFor(home, chosen, appendOnly), '--pidfile', pidFile, ...args],
    env: process.env,
    stopSignal: 'SIGTERM',
    url: `redis://127.0.0.1:${chosen}`,
    isReady: (pid) => answers(chosen, pid),
    onLine,
  }));
};

const optionsFor = (home: string, port: number, appendOnly: boolean) =>
  Object.entries({
    bind: '127.0.0.1',
    port: String(port),
    dir: home,
    daemonize: 'no',
    save: '',
    appendonly: appendOnly ? 'yes' : 'no',
    appendfsync: 'everysec',
    // BullMQ loses jobs under any other policy: an evicted hash leaves its id behind.
    'maxmemory-policy': 'noeviction',
  }).flatMap(([name, value]) => [`--${name}`, value]);

/**
 * Whether the process `pid` answers on `port`: PING alone may be answered by another server that had
 * the port first. Spoken by hand, for a client library would be this package's only other dependency.
 */
const answers = (port: number, pid: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = createConnection({ port, host: '127.0.0.1' });
    let reply = '';
    const settle = () => {
      socket.destroy();
      resolve(reply.includes(`process_id:${pid}\r\n`) && reply.includes('+PONG\r\n'));
    };
    socket.setTimeout(1_000, settle);
    socket.once('connect', () => socket.write('INFO server\r\nPING\r\nQUIT\r\n'));
    socket.on('data', (chunk) => (reply += chunk.toString()));
    socket.once('error', settle);
    socket.once('close', settle);
  });
