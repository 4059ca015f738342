import { setTimeout as sleep } from 'node:timers/promises';
import { type EmbeddedServer, startRedis } from '@shared/embedded';

/** A Redis with everything on disk, which bad things happen to. */
export type MortalRedis = AsyncDisposable & {
  readonly url: string;
  /** Killed as by a crash, and back at the same address a moment later. */
  crash(): Promise<void>;
  /** Hears nobody for a while, as when the network is away. */
  hang(ms: number): Promise<void>;
};

const AWAY_MS = 500;

export const startMortalRedis = async (directory: string): Promise<MortalRedis> => {
  let server: EmbeddedServer = await startRedis({ directory, appendOnly: true });
  const { url, port } = server;
  return {
    url,
    async crash() {
      await server.kill();
      await sleep(AWAY_MS);
      server = await startRedis({ directory, port, appendOnly: true });
    },
    async hang(ms) {
      process.kill(server.pid, 'SIGSTOP');
      await sleep(ms);
      process.kill(server.pid, 'SIGCONT');
    },
    [Symbol.asyncDispose]: () => server.stop(),
  };
};
