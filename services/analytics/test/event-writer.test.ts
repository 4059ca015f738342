import type { TrackedEvent } from '@shared/database';
import { expect, test } from 'vitest';
import { createEventWriter } from '../src/event-writer.ts';

const event = (jobId: string): TrackedEvent => ({
  jobId,
  userId: 'ada',
  eventType: 'job_view',
  eventData: {},
  occurredAt: new Date('2026-11-25T12:00:00Z'),
});

const going = new AbortController().signal;

/** A database that keeps what it is given, refuses what `refuses` says, and notes each statement. */
const scripted = ({
  refuses = () => undefined,
  until = Promise.resolve(),
}: {
  refuses?: (jobIds: readonly string[]) => Error | undefined;
  until?: Promise<unknown>;
} = {}) => {
  const statements: string[][] = [];
  const kept = new Set<string>();
  const insert = async (events: readonly TrackedEvent[]) => {
    const ids = events.map(({ jobId }) => jobId);
    statements.push(ids);
    await until;
    const refusal = refuses(ids);
    if (refusal !== undefined) throw refusal;
    const added = ids.filter((id) => !kept.has(id));
    for (const id of added) kept.add(id);
    return new Set(added);
  };
  return { insert, statements, kept };
};

const forGood = (message: string) => Object.assign(new Error(message), { retryable: false });

const ids = (count: number) => Array.from({ length: count }, (_, at) => `job-${at}`);

test('events of one moment share a statement, up to the limit of one', async () => {
  const { insert, statements } = scripted();
  const writer = createEventWriter({ insert, maxBatch: 100 });

  await Promise.all(ids(250).map((id) => writer.write(event(id), going)));

  expect(statements.map(({ length }) => length)).toEqual([100, 100, 50]);
});

test('what comes while statements are on their way is the next batch', async () => {
  const first = Promise.withResolvers<void>();
  const { insert, statements } = scripted({ until: first.promise });
  const writer = createEventWriter({ insert, maxBatch: 2, maxInFlight: 1 });

  const writing = ids(2).map((id) => writer.write(event(id), going));
  const late = ['late-1', 'late-2'].map((id) => writer.write(event(id), going));
  expect(statements).toEqual([['job-0', 'job-1']]);
  first.resolve();
  await Promise.all([...writing, ...late]);

  expect(statements).toEqual([
    ['job-0', 'job-1'],
    ['late-1', 'late-2'],
  ]);
});

test('an event is written only once its statement is', async () => {
  const commit = Promise.withResolvers<void>();
  const { insert } = scripted({ until: commit.promise });
  const writer = createEventWriter({ insert, lingerMs: 0 });
  let written = false;

  const writing = writer.write(event('job-0'), going).then(() => (written = true));
  await new Promise(setImmediate);
  expect(written).toBe(false);
  commit.resolve();

  await expect(writing).resolves.toBe(true);
});

test('one that was there before is told apart', async () => {
  const { insert } = scripted();
  const writer = createEventWriter({ insert });

  await expect(writer.write(event('job-0'), going)).resolves.toEqual({ duplicate: false });
  await expect(writer.write(event('job-0'), going)).resolves.toEqual({ duplicate: true });
});

test('one that is refused for good fails alone', async () => {
  const bad = 'job-37';
  const refuses = (jobIds: readonly string[]) =>
    jobIds.includes(bad) ? forGood('it does not fit') : undefined;
  const { insert, kept } = scripted({ refuses });
  const writer = createEventWriter({ insert });

  const outcomes = await Promise.allSettled(ids(100).map((id) => writer.write(event(id), going)));

  expect(outcomes.map(({ status }) => status)).toEqual(
    ids(100).map((id) => (id === bad ? 'rejected' : 'fulfilled')),
  );
  expect(kept.size).toBe(99);
});

test('trouble that may pass fails all of a batch, after one statement', async () => {
  const { insert, statements } = scripted({ refuses: () => new Error('the server is away') });
  const writer = createEventWriter({ insert });

  const outcomes = await Promise.allSettled(ids(10).map((id) => writer.write(event(id), going)));

  expect(outcomes.map(({ status }) => status)).toEqual(ids(10).map(() => 'rejected'));
  expect(statements).toHaveLength(1);
});

test('an event whose job was stopped before its turn is not written', async () => {
  const { insert, kept } = scripted();
  const writer = createEventWriter({ insert });
  const stop = new AbortController();

  const stopped = writer.write(event('stopped'), stop.signal);
  const other = writer.write(event('other'), going);
  stop.abort(new Error('cancelled'));

  await expect(stopped).rejects.toThrow('cancelled');
  await expect(other).resolves.toEqual({ duplicate: false });
  expect([...kept]).toEqual(['other']);
});
