// A process that runs both servers and says so; the tests kill it to see what stays behind.
import { join } from 'node:path';
import { startPostgres } from '../src/postgres.ts';
import { startRedis } from '../src/redis.ts';

const home = process.argv[2] ?? '';
const redis = await startRedis({ directory: join(home, 'redis'), appendOnly: true });
const postgres = await startPostgres({ directory: join(home, 'postgres'), durable: false });
process.stdout.write(`${JSON.stringify([redis.pid, postgres.pid])}\n`);
await redis.exited;
