import { isPython, py } from '../pickle/index.ts';
import type { ArqJob } from './job.ts';
import type { ArqSerializer } from './serializer.ts';

/** How a run ended (`arq.jobs.serialize_result`). */
export type ArqResult = {
  readonly job: ArqJob;
  /** Which try it was, from 1. */
  readonly tryNumber: number;
  readonly success: boolean;
  /** What was returned, or a `py.exception`. */
  readonly value: unknown;
  /** In ms since the epoch. */
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly queue: string;
  readonly jobId: string;
};

const entriesOf = ({ job, ...result }: ArqResult) =>
  new Map<string, unknown>([
    ['t', result.tryNumber],
    ['f', job.name],
    ['a', job.args],
    ['k', job.kwargs],
    ['et', job.enqueuedAt],
    ['s', result.success],
    ['r', result.value],
    ['st', result.startedAt],
    ['ft', result.finishedAt],
    ['q', result.queue],
    ['id', result.jobId],
  ]);

/** A value that cannot be written ends as ARQ has it: a failure that says so. */
export const writeResult = (serializer: ArqSerializer, result: ArqResult): Uint8Array => {
  try {
    return serializer.write(entriesOf(asSerializable(serializer, result)));
  } catch {
    const failed = { ...result, success: false, value: 'unable to serialize result' };
    return serializer.write(entriesOf(failed));
  }
};

/** Only pickles hold exceptions; other serializers get their text. */
const asSerializable = (serializer: ArqSerializer, result: ArqResult): ArqResult => {
  const { value } = result;
  if (serializer.name === 'pickle' || !isPython(value, 'exception')) return result;
  return { ...result, value: `${value.name}: ${value.args.items.map(String).join(', ')}` };
};

/** @throws for bytes that hold no result. */
export const readResult = (serializer: ArqSerializer, bytes: Uint8Array): ArqResult => {
  const entries = serializer.read(bytes);
  const number = (key: string) => Number(entries.get(key) ?? 0);
  const text = (key: string) => {
    const value = entries.get(key);
    return typeof value === 'string' ? value : '';
  };
  return {
    job: {
      tryNumber: null,
      name: text('f'),
      args: entries.get('a') ?? py.tuple([]),
      kwargs: entries.get('k') ?? new Map(),
      enqueuedAt: number('et'),
    },
    tryNumber: number('t'),
    success: entries.get('s') === true,
    value: entries.get('r'),
    startedAt: number('st'),
    finishedAt: number('ft'),
    queue: text('q'),
    jobId: text('id'),
  };
};
