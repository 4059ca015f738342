import type { Isolation } from '@shared/contracts';
import { InvalidOptionError, JobCrashedError } from '@shared/errors';
import { within } from '../worker/within.ts';
import { errorOfDeath } from './death.ts';
import type { Isolate } from './isolate.ts';
import { startProcess } from './process-isolate.ts';
import { startThread } from './thread-isolate.ts';

export type IsolateOptions = {
  isolate: Isolation;
  memoryLimitMb: number;
  /** The handlers' modules to load before it counts as started. */
  modules: readonly string[];
  /** Ends it while it starts. */
  signal: AbortSignal;
};

/** A module that waits for something as it is loaded must not hold up its worker for ever. */
export const START_TIMEOUT_MS = 30_000;

/** A thread that is inside native code ends later; nobody waits for it. */
const END_MS = 250;

/**
 * Starts an isolate that is ready to run jobs.
 *
 * @throws {InvalidOptionError} a module cannot be loaded, or takes too long.
 * @throws {JobCrashedError | JobOutOfMemoryError | JobKilledError} it ended before it was ready.
 * @throws the signal's reason.
 */
export const startIsolate = async (options: IsolateOptions): Promise<Isolate> => {
  const { memoryLimitMb } = options;
  const isolate =
    options.isolate === 'thread' ? startThread(memoryLimitMb) : startProcess(memoryLimitMb);
  const stop = Promise.withResolvers<never>();
  const timer = setTimeout(() => stop.reject(tooSlow(options)), START_TIMEOUT_MS);
  const onAbort = () => stop.reject(options.signal.reason);
  options.signal.addEventListener('abort', onAbort);
  try {
    await Promise.race([ready(isolate, options), stop.promise]);
    return isolate;
  } catch (error) {
    isolate.kill();
    await within(END_MS, isolate.died);
    throw error;
  } finally {
    clearTimeout(timer);
    options.signal.removeEventListener('abort', onAbort);
  }
};

/** Resolves when the isolate runs and has loaded the modules. */
const ready = (isolate: Isolate, { modules, memoryLimitMb }: IsolateOptions) =>
  new Promise<void>((resolve, reject) => {
    isolate.listen((message) => {
      switch (message.kind) {
        case 'ready':
          if (modules.length > 0) isolate.send({ kind: 'load', modules });
          else resolve();
          break;
        case 'loaded':
          resolve();
          break;
        case 'unloadable':
          reject(unloadable(message.module, message.error.message));
          break;
        case 'died':
          reject(errorOfDeath(message.death, NO_JOB, memoryLimitMb));
          break;
        default: // Nothing else is said before the first run.
      }
    });
  });

const unloadable = (module: string, why: string) =>
  new InvalidOptionError(
    'handlers',
    `${module} cannot be loaded: ${why.replace(/[.\s]+$/, '')}`,
    'Give implement the URL of a module that exports its handler as default.',
  );

const tooSlow = ({ isolate, modules }: IsolateOptions) =>
  modules.length === 0
    ? new JobCrashedError(NO_JOB, `its ${isolate} was not ready after ${START_TIMEOUT_MS} ms`)
    : new InvalidOptionError(
        'handlers',
        `${modules.join(', ')} took longer than ${START_TIMEOUT_MS} ms to load in a ${isolate}`,
        'Let the modules of isolated handlers load without waiting for anything.',
      );

/** Stands for the task in errors of an isolate that no job has reached. */
const NO_JOB = 'a job not yet begun';
