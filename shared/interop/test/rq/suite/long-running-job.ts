// Runs in a process of its own, as RQ's work horse does: a test kills that.
import { setTimeout as sleep } from 'node:timers/promises';
import type { PythonCall } from '@shared/contracts';
import type { Attempt } from '@shared/queue';
import { Redis } from 'ioredis';

export default async ({ args, kwargs }: PythonCall, { signal }: Attempt) => {
  const key = args[1] ?? kwargs['horse_pid_key'];
  if (typeof key === 'string') {
    const redis = new Redis(process.env['RQ_REDIS_URL'] ?? '');
    await redis.set(key, process.pid, 'EX', 60);
    redis.disconnect();
  }
  await sleep(Number(args[0] ?? kwargs['timeout'] ?? 10) * 1_000, undefined, { signal });
  return 'Done sleeping...';
};
