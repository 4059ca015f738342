import {
  type ExitFacts,
  JobCrashedError,
  JobKilledError,
  JobOutOfMemoryError,
  type PlatformError,
} from '@shared/errors';

/** How an isolate ended. */
export type Death = ExitFacts & {
  outOfMemory: boolean;
  /** The error that nobody caught, if one was told of. */
  uncaught?: string;
};

/** Signals that a process brings upon itself. */
const OF_ITS_OWN: ReadonlySet<string> = new Set([
  'SIGABRT',
  'SIGBUS',
  'SIGFPE',
  'SIGILL',
  'SIGSEGV',
  'SIGSYS',
  'SIGTRAP',
]);

/** An error that nobody caught, in one line. */
export const textOfCrash = ({ name, message }: { name: string; message: string }): string =>
  `${name}: ${message}`.slice(0, 500);

/** What the attempt failed of whose isolate ended before it did. */
export const errorOfDeath = (death: Death, task: string, memoryLimitMb: number): PlatformError => {
  const { exitCode, signal, outOfMemory, uncaught } = death;
  if (outOfMemory) return new JobOutOfMemoryError(task, memoryLimitMb, death);
  if (uncaught !== undefined) {
    return new JobCrashedError(task, `an error that nobody caught: ${uncaught}`, death);
  }
  if (signal === undefined) {
    return new JobCrashedError(task, `its isolate exited with code ${exitCode ?? 0}`, death);
  }
  if (OF_ITS_OWN.has(signal)) {
    return new JobCrashedError(task, `its process was ended by ${signal}`, death);
  }
  return new JobKilledError(task, signal);
};
