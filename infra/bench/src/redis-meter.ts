import { Redis } from 'ioredis';

/** What Redis has spent since it started. */
export type RedisUse = {
  cpuMicros: number;
  /** Commands inside scripts included, the meter's own left out. */
  commands: number;
};

/** Reads what a Redis server of our own spends and holds. */
export type RedisMeter = AsyncDisposable & {
  version(): Promise<string>;
  use(): Promise<RedisUse>;
  /** Without what connections need for their buffers. */
  bytes(): Promise<number>;
  sortedSetSize(key: string): Promise<number>;
  /** Leaves nothing of the measurement before. */
  empty(): Promise<void>;
};

const OWN_COMMANDS = new Set(['info', 'flushall', 'zcard']);

export const openRedisMeter = (url: string): RedisMeter => {
  const redis = new Redis(url);
  const read = async (section: string) => parseInfo(await redis.info(section));
  return {
    version: async () => (await read('server')).get('redis_version') ?? 'unknown',
    async use() {
      const cpu = await read('cpu');
      const seconds = number(cpu, 'used_cpu_user') + number(cpu, 'used_cpu_sys');
      return { cpuMicros: seconds * 1e6, commands: countCalls(await read('commandstats')) };
    },
    async bytes() {
      const memory = await read('memory');
      return number(memory, 'used_memory') - number(memory, 'mem_clients_normal');
    },
    sortedSetSize: (key) => redis.zcard(key),
    async empty() {
      await redis.flushall('SYNC');
    },
    async [Symbol.asyncDispose]() {
      redis.disconnect();
    },
  };
};

type Info = ReadonlyMap<string, string>;

const parseInfo = (text: string): Info =>
  new Map(
    text.split('\r\n').flatMap((line) => {
      const at = line.indexOf(':');
      return at < 1 ? [] : [[line.slice(0, at), line.slice(at + 1)] as const];
    }),
  );

const number = (info: Info, name: string) => Number(info.get(name) ?? Number.NaN);

/** Lines are `cmdstat_hset:calls=12,usec=…`, subcommands `cmdstat_client|setinfo:…`. */
const countCalls = (info: Info): number => {
  let calls = 0;
  for (const [name, stats] of info) {
    const command = name.replace('cmdstat_', '');
    if (!OWN_COMMANDS.has(command)) calls += Number(/calls=(\d+)/.exec(stats)?.[1] ?? 0);
  }
  return calls;
};
