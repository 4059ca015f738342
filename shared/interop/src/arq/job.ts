import { isPython, py } from '../pickle/index.ts';
import type { ArqSerializer } from './serializer.ts';

/** What a client asked for (`arq.jobs.serialize_job`). */
export type ArqJob = {
  /** The least number the next try may have; null unless the client set `_job_try`. */
  readonly tryNumber: number | null;
  readonly name: string;
  /** A tuple, or whatever sequence came: written back as it is. */
  readonly args: unknown;
  readonly kwargs: unknown;
  /** In ms since the epoch. */
  readonly enqueuedAt: number;
};

/** What stands for a job whose own words are lost: as ARQ writes it. */
export const LOST_JOB: ArqJob = {
  tryNumber: null,
  name: '<unknown>',
  args: py.tuple([]),
  kwargs: new Map(),
  enqueuedAt: 0,
};

/** @throws for bytes that hold no job. */
export const readJob = (serializer: ArqSerializer, bytes: Uint8Array): ArqJob => {
  const entries = serializer.read(bytes);
  const name = entries.get('f');
  const tryNumber = entries.get('t');
  const enqueuedAt = entries.get('et');
  if (typeof name !== 'string') throw new TypeError('it names no function');
  return {
    tryNumber: typeof tryNumber === 'number' ? tryNumber : null,
    name,
    args: entries.get('a') ?? [],
    kwargs: entries.get('k') ?? new Map(),
    enqueuedAt: typeof enqueuedAt === 'number' ? enqueuedAt : 0,
  };
};

export const writeJob = (serializer: ArqSerializer, job: ArqJob): Uint8Array =>
  serializer.write(
    new Map<string, unknown>([
      ['t', job.tryNumber],
      ['f', job.name],
      ['a', job.args],
      ['k', job.kwargs],
      ['et', job.enqueuedAt],
    ]),
  );

/**
 * The call as a handler sees it.
 *
 * @throws for arguments that are no sequence, or keyword arguments that are no dict with text keys.
 */
export const callOf = (serializer: ArqSerializer, { args, kwargs }: ArqJob) => {
  const positional = isPython(args, 'tuple') || Array.isArray(args) ? serializer.plain(args) : null;
  const named = serializer.plain(kwargs);
  if (!Array.isArray(positional)) throw new TypeError('its arguments are no tuple');
  if (typeof named !== 'object' || named === null || Array.isArray(named)) {
    throw new TypeError('its keyword arguments are no dict');
  }
  return { args: positional as unknown[], kwargs: named as Record<string, unknown> };
};
