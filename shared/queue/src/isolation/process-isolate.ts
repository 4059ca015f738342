import { type ChildProcess, fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { type Death, textOfCrash } from './death.ts';
import { type Isolate, type Listener, MB, PROGRAM, WATCH_INTERVAL_MS } from './isolate.ts';
import type { FromIsolate } from './protocol.ts';

/** Beside the heap: V8's young generation and code. */
const HEADROOM_MB = 64;

/** What a dying process said last is waited for this long; a grandchild may hold its stderr open. */
const LAST_WORDS_MS = 200;

const LAST_WORDS_LENGTH = 4_096;

const HEAP_USED_UP = /JavaScript heap out of memory/;

/** Signals that V8 ends a process with that has no memory left; code 134 is the first of them in a shell. */
const V8_ABORTS: ReadonlySet<string> = new Set(['SIGABRT', 'SIGTRAP', 'SIGILL']);

/**
 * A process can be stopped anywhere, native code included, and crashes alone. It leads a process group
 * of its own, so that what its handlers start dies with it, and a Ctrl-C is for the worker to handle.
 */
export const startProcess = (memoryLimitMb: number): Isolate => {
  const child = fork(PROGRAM, [], {
    serialization: 'advanced',
    execArgv: [...inheritedArguments(), `--max-old-space-size=${memoryLimitMb}`],
    stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
    detached: process.platform !== 'win32',
  });
  const death: Death = { outOfMemory: false };
  let listener: Listener | undefined;
  child.on('message', (message: FromIsolate) => {
    if (message.kind === 'crash') death.uncaught = textOfCrash(message.error);
    else listener?.(message);
  });
  let lastWords = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    lastWords = (lastWords + chunk.toString()).slice(-LAST_WORDS_LENGTH);
    process.stderr.write(chunk);
  });

  const died = ended(child).then((facts): Death => {
    const aborted = facts.exitCode === 134 || V8_ABORTS.has(facts.signal ?? '');
    const outOfMemory = death.outOfMemory || (aborted && HEAP_USED_UP.test(lastWords));
    return { ...death, ...facts, outOfMemory };
  });
  void died.then((death) => listener?.({ kind: 'died', death }));

  /** The heap is limited by V8; buffers are not. 0 before the first job. */
  let mostBytes = 0;
  const kill = () => {
    // Its number may be another's once it is gone.
    if (child.exitCode === null && child.signalCode === null) killGroup(child);
  };

  return {
    name: `process ${child.pid ?? 'not started'}`,
    // With a callback, a process that is gone is no uncaught error here: its death tells.
    send: (message) => void child.send(message, () => undefined),
    listen: (next) => {
      listener = next;
    },
    watchMemory: () => {
      mostBytes ||= residentBytes(child) + (memoryLimitMb + HEADROOM_MB) * MB;
      const look = () => {
        if (residentBytes(child) <= mostBytes) return;
        death.outOfMemory = true;
        kill();
      };
      const timer = setInterval(look, WATCH_INTERVAL_MS);
      return () => clearInterval(timer);
    },
    kill,
    died,
  };
};

/** The worker's own flags but those that two processes cannot share. */
const inheritedArguments = () =>
  process.execArgv.filter((flag) => !/^--(inspect|max-old-space-size)/.test(flag));

/** Resolves when all that it sent and said has been heard. */
const ended = (child: ChildProcess) =>
  new Promise<Omit<Death, 'outOfMemory'>>((resolve) => {
    child.once('error', (error) => {
      if (child.pid === undefined) resolve({ uncaught: `no process for it: ${error.message}` });
    });
    child.once('exit', (exitCode, signal) => {
      const facts = { ...(exitCode === null ? {} : { exitCode }), ...(signal ? { signal } : {}) };
      killGroup(child);
      const timer = setTimeout(() => resolve(facts), LAST_WORDS_MS);
      child.once('close', () => {
        clearTimeout(timer);
        resolve(facts);
      });
    });
  });

/** Ends a process and all that it started. */
const killGroup = ({ pid }: ChildProcess) => {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {
    // They are gone.
  }
};

/** Known on Linux only; elsewhere the limit of the heap is the only one. */
const residentBytes = ({ pid }: ChildProcess): number => {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) * 1_024;
  } catch {
    return 0;
  }
};
