import { InvalidOptionError } from '@shared/errors';
import type { Logger } from '@shared/service';
import { arqSerializer, type ArqSerializer, type ArqSerializerName } from './serializer.ts';

export type ArqSideOptions = {
  /** ARQ's Redis and database, as in `redis://127.0.0.1:6379/1`. */
  redisUrl: string;
  /** Taken from in this order; none for a worker that only runs what a bridge brought in. */
  queues: readonly string[];
  /** `pickle` unless told. */
  serializer?: ArqSerializerName;
  /** Tries in total of a task that takes Python arguments as they come; 5 unless told, as in ARQ. */
  maxTries?: number;
  /** How long results are kept; 3,600,000 unless told, 0 = not at all, null = for ever. */
  keepResultMs?: number | null;
  /** How often an idle queue is looked into; 50 unless told. ARQ's own default is 500. */
  pollMs?: number;
  log: Logger;
};

export type ArqSettings = Required<Omit<ArqSideOptions, 'serializer'>> & {
  serializer: ArqSerializer;
};

/** @throws {InvalidOptionError} */
export const resolveArqOptions = (options: ArqSideOptions): ArqSettings => {
  const { maxTries = 5, keepResultMs = 3_600_000, pollMs = 50, serializer = 'pickle' } = options;
  check('maxTries', Number.isInteger(maxTries) && maxTries >= 1, 'Give a whole number from 1.');
  check('pollMs', Number.isInteger(pollMs) && pollMs >= 1, 'Give whole milliseconds from 1.');
  check('queues', new Set(options.queues).size === options.queues.length, 'Name each queue once.');
  return { ...options, maxTries, keepResultMs, pollMs, serializer: arqSerializer(serializer) };
};

const check = (option: string, fine: boolean, fix: string) => {
  if (!fine) throw new InvalidOptionError(option, 'it is out of range', fix);
};
