import { spawn } from 'node:child_process';
import { type GuardedProcess, startGuarded } from '@shared/embedded';
import type { ProducerCommands } from '../peers/commands.ts';
import { type Peer, talkTo } from '../peers/start-peer.ts';
import { openPython, PYTHON_DIRECTORY, type PythonLibrary } from './python-environment.ts';

/** Where a Python program finds its broker, and its results if they are apart. */
export type PythonPlace = { broker: string; backend?: string };

/**
 * Starts a client of one library as a process that takes a producer's orders. Whom it talks to is for
 * whoever reads the broker: a worker of the same library, or our fleet.
 *
 * @throws {SuiteSkippedError | PeerFailedError}
 */
export const startPythonClient = async (
  library: PythonLibrary,
  place: PythonPlace,
): Promise<Peer<ProducerCommands>> => {
  const { python, env } = await openPython(library);
  const child = spawn(python, [`${library}_client.py`], {
    cwd: PYTHON_DIRECTORY,
    env: { ...process.env, ...env, ...placeIn(place) },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  return talkTo(`${library}_client.py`, child);
};

/**
 * Starts a worker of one library: the library's own program, in a process group that ends with us.
 *
 * @param options.args of the program, after `python -m`.
 * @throws {SuiteSkippedError}
 */
export const startPythonWorker = async (
  library: PythonLibrary,
  place: PythonPlace,
  { args, settings = {} }: { args: readonly string[]; settings?: Record<string, string> },
): Promise<GuardedProcess> => {
  const { python, env } = await openPython(library);
  return startGuarded(python, ['-m', ...args], {
    cwd: PYTHON_DIRECTORY,
    env: { ...process.env, ...env, ...placeIn(place), ...settings },
    orphanSignal: 'SIGKILL',
  });
};

const placeIn = ({ broker, backend = broker }: PythonPlace) => ({
  BENCH_BROKER: broker,
  BENCH_BACKEND: backend,
  PYTHONDONTWRITEBYTECODE: '1', // Leaves nothing between the sources.
});
