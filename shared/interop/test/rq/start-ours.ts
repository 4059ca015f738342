import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('worker-program.ts', import.meta.url));

export type OursProcess = AsyncDisposable & { ready: Promise<unknown>; kill(): Promise<void> };

/** A worker process of ours on RQ queues, that can be killed. */
export const startOurs = ({
  platform: { redisUrl, prefix },
  rqUrl,
  queues,
  name,
  slots = 10,
}: {
  platform: { redisUrl: string; prefix: string };
  rqUrl: string;
  queues: readonly string[];
  name: string;
  slots?: number;
}): OursProcess => {
  const args = [PROGRAM, redisUrl, prefix, rqUrl, queues.join(','), name, String(slots)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const end = async (signal: 'SIGKILL' | 'SIGTERM') => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  };
  return {
    ready: Promise.race([once(child.stdout, 'data'), once(child, 'exit')]),
    kill: () => end('SIGKILL'),
    [Symbol.asyncDispose]: () => end('SIGTERM'),
  };
};
