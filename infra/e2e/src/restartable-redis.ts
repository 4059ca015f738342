import { type EmbeddedServer, startRedis } from '@shared/embedded';

/** A Redis with everything on disk, which can crash and come back at the same address. */
export type RestartableRedis = AsyncDisposable & {
  readonly url: string;
  /** Kills it as a crash would. */
  crash(): Promise<void>;
  /** Starts it again on what it left. */
  restart(): Promise<void>;
};

export const startRestartableRedis = async (directory: string): Promise<RestartableRedis> => {
  let server: EmbeddedServer = await startRedis({ directory, appendOnly: true });
  const { url, port } = server;
  return {
    url,
    crash: () => server.kill(),
    async restart() {
      server = await startRedis({ directory, port, appendOnly: true });
    },
    [Symbol.asyncDispose]: () => server.stop(),
  };
};
