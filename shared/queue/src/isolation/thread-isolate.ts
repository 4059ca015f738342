import { Worker } from 'node:worker_threads';
import { type Death, textOfCrash } from './death.ts';
import { type Isolate, type Listener, MB, PROGRAM, WATCH_INTERVAL_MS } from './isolate.ts';
import type { FromIsolate } from './protocol.ts';

/**
 * V8 lets garbage pile up beside what is in use: a thread is over its limit only at this many times it.
 */
const GARBAGE_FACTOR = 2;

/**
 * What V8 is told beyond our own limit. Where native code (JSON.parse, Array.concat, a growing Map)
 * meets V8's limit, V8 does not end the thread but the whole process, with every job of it. So V8's
 * limit is out of reach, and the thread is ended by us; this is for what grows faster than we look.
 */
const HEADROOM_MB = 1_024;

/**
 * A thread shares the worker's process: it starts fast and sends cheaply. Native code in it that does
 * not return cannot be stopped before it does, and a native crash takes the worker along.
 */
export const startThread = (memoryLimitMb: number): Isolate => {
  const worker = new Worker(PROGRAM, {
    name: 'isolate',
    resourceLimits: { maxOldGenerationSizeMb: memoryLimitMb + HEADROOM_MB },
  });
  const death: Death = { outOfMemory: false };
  let listener: Listener | undefined;
  worker.on('message', (message: FromIsolate) => {
    if (message.kind === 'crash') death.uncaught = textOfCrash(message.error);
    else listener?.(message);
  });
  worker.on('error', (error: Error & { code?: string }) => {
    if (error.code === 'ERR_WORKER_OUT_OF_MEMORY') death.outOfMemory = true;
    else death.uncaught ??= textOfCrash(error);
  });
  const died = new Promise<Death>((resolve) => {
    // Its messages have all been heard by then.
    worker.once('exit', (exitCode) => resolve({ ...death, exitCode }));
  });

  void died.then((death) => listener?.({ kind: 'died', death }));

  const kill = () => void worker.terminate();

  const endIfTooLarge = async () => {
    // Answered by an interrupt, so in a busy loop too.
    const { used_heap_size: heap, external_memory: buffers } = await worker.getHeapStatistics();
    if (heap + buffers <= memoryLimitMb * MB * GARBAGE_FACTOR) return;
    death.outOfMemory = true;
    kill();
  };

  return {
    name: `thread ${worker.threadId}`,
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- It is no window.
    send: (message) => worker.postMessage(message),
    listen: (next) => {
      listener = next;
    },
    watchMemory: () => {
      let looking = false;
      const look = () => {
        if (looking) return;
        looking = true;
        endIfTooLarge()
          .catch(() => undefined) // It has just ended.
          .finally(() => (looking = false));
      };
      const timer = setInterval(look, WATCH_INTERVAL_MS);
      return () => clearInterval(timer);
    },
    kill,
    died,
  };
};
