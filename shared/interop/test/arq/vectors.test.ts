import { readFileSync } from 'node:fs';
import { arqSerializer, readJob, readResult, writeJob, writeResult } from '@shared/interop/arq';
import { isPython, type PickleValue, toJs } from '@shared/interop/pickle';
import { expect, test } from 'vitest';

type Entry = { type: string; value: unknown; meaning?: Record<string, unknown> };
type Recording = {
  scenarios: Record<string, { steps: { label: string; redis: Record<string, Entry> }[] }>;
};

// Recorded from ARQ 0.26.1; its own file says how values are written down.
const recording = JSON.parse(
  readFileSync(new URL('./vectors/arq-0.26.json', import.meta.url), 'utf8'),
) as Recording;

const pickle = arqSerializer('pickle');

/** Every value of a key that begins so, with what Python made of it. */
const recorded = (prefix: string) =>
  Object.entries(recording.scenarios).flatMap(([scenario, { steps }]) =>
    steps.flatMap(({ label, redis }) =>
      Object.entries(redis)
        .filter(([key, { type }]) => key.startsWith(prefix) && type === 'string')
        .map(([key, { value, meaning }]) => ({
          name: `${scenario}, ${label}: ${key}`,
          bytes: Buffer.from((value as { b64: string }).b64 ?? '', 'base64'),
          meaning,
        })),
    ),
  );

const isReadable = (meaning: Record<string, unknown> | undefined) =>
  meaning !== undefined && typeof meaning === 'object' && 'f' in meaning;

const plainly = (value: unknown) => toJs(value as PickleValue);

/** What the recording says of an exception. */
const exceptionIn = (value: unknown) =>
  isPython(value, 'exception')
    ? { $exception: `${value.module}.${value.name}`, args: value.args.items.map(plainly) }
    : undefined;

const jobs = recorded('arq:job:');
const results = recorded('arq:result:');

test('there are as many recordings as were made', () => {
  expect(jobs.filter(({ meaning }) => isReadable(meaning)).length).toBeGreaterThan(20);
  expect(results.filter(({ meaning }) => isReadable(meaning)).length).toBeGreaterThan(20);
});

test.for(jobs.filter(({ meaning }) => isReadable(meaning)))(
  'a job means what Python meant, and is written back to the same: $name',
  ({ bytes, meaning }) => {
    const job = readJob(pickle, bytes);

    expect({ t: job.tryNumber, f: job.name, et: job.enqueuedAt }).toEqual({
      t: meaning?.['t'],
      f: meaning?.['f'],
      et: meaning?.['et'],
    });
    expect(isPython(job.args, 'tuple')).toBe('$tuple' in Object(meaning?.['a']));
    expect(readJob(pickle, writeJob(pickle, job))).toEqual(job);
  },
);

test.for(jobs.filter(({ meaning }) => !isReadable(meaning)))(
  'a value that is no job is refused: $name',
  ({ bytes }) => {
    expect(() => readJob(pickle, bytes)).toThrow();
  },
);

test.for(results.filter(({ meaning }) => isReadable(meaning)))(
  'a result means what Python meant: $name',
  ({ bytes, meaning, name }) => {
    // Programs' own classes are for those programs: we read none, and write none.
    if (/fail_custom/.test(name)) {
      expect(() => readResult(pickle, bytes)).toThrow(/arq_tasks/);
      return;
    }
    const result = readResult(pickle, bytes);

    expect(result).toMatchObject({
      tryNumber: meaning?.['t'],
      success: meaning?.['s'],
      startedAt: meaning?.['st'],
      finishedAt: meaning?.['ft'],
      queue: meaning?.['q'],
      jobId: meaning?.['id'],
    });
    const exception = exceptionIn(result.value);
    if (exception !== undefined) expect(meaning?.['r']).toMatchObject(exception);
    expect(readResult(pickle, writeResult(pickle, result))).toEqual(result);
  },
);
