import { mkdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type EmbeddedServer, startServer } from './embedded-server.ts';
import { postgresBinaries } from './postgres-binaries.ts';
import { type Cluster, openCluster, ROLE, serverEnvironment } from './postgres-cluster.ts';
import { waitForPreviousOwner } from './previous-owner.ts';
import { unprivileged } from './unprivileged.ts';

const READY = 'database system is ready to accept connections';

/**
 * Starts a PostgreSQL of our own on 127.0.0.1, with one role and one database named `taskyard`; its
 * `url` holds the password, which was made at random with the directory.
 *
 * @param directory where its files live; made if missing, found again at the next start.
 * @param port any free one by default.
 * @param durable false trades safety against power cuts for speed, for throw-away servers.
 * @param onLine gets each line it prints.
 * @throws {ToolMissingError} on a platform without a packaged server.
 * @throws {EmbeddedServerError} with its last lines if it does not come up.
 */
export const startPostgres = async ({
  directory,
  port,
  durable = true,
  onLine,
}: {
  directory: string;
  port?: number | undefined;
  durable?: boolean;
  onLine?: (line: string) => void;
}): Promise<EmbeddedServer> => {
  const home = resolve(directory);
  await mkdir(home, { recursive: true, mode: 0o700 });
  const binaries = await postgresBinaries();
  const as = await unprivileged('PostgreSQL', { program: binaries.postgres, directory: home });
  await forgetPreviousServer(join(home, 'data'));
  const cluster = await openCluster(home, { binaries, as, durable });
  return startServer(port, (chosen) => {
    let ready = false;
    return {
      name: 'PostgreSQL',
      command: [...as.prefix, binaries.postgres],
      args: optionsFor(cluster, chosen, durable),
      env: serverEnvironment(),
      stopSignal: 'SIGINT', // Its "fast shutdown": ends the sessions, writes everything, goes.
      url: `postgres://${ROLE}:${cluster.password}@127.0.0.1:${chosen}/${ROLE}`,
      isReady: async () => ready,
      onLine: (line) => {
        ready ||= line.includes(READY);
        onLine?.(line);
      },
    };
  });
};

const optionsFor = ({ data }: Cluster, port: number, durable: boolean) => {
  const settings = {
    port,
    listen_addresses: '127.0.0.1',
    // A socket's path may hold 107 bytes; a project's folder may be longer. TCP is enough.
    unix_socket_directories: '',
    // Every process of the platform keeps a small pool.
    max_connections: 200,
    shared_buffers: '64MB',
    // Containers give /dev/shm 64 MB or nothing at all.
    dynamic_shared_memory_type: 'mmap',
    ...(durable ? {} : { fsync: 'off', full_page_writes: 'off' }),
  };
  return ['-D', data, ...Object.entries(settings).flatMap(([name, to]) => ['-c', `${name}=${to}`])];
};

/**
 * A server that was killed leaves its lock file. PostgreSQL clears it up itself, unless the pid in it
 * has been given to another program since, as is usual when a container restarts.
 */
const forgetPreviousServer = async (data: string) => {
  const pidFile = join(data, 'postmaster.pid');
  const { stranger } = await waitForPreviousOwner('PostgreSQL', { pidFile, program: data });
  if (stranger) await rm(pidFile, { force: true });
};
