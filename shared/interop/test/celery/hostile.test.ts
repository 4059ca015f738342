import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  InvalidMessageError,
  InvalidPythonJsonError,
  planFailure,
  planSuccess,
  readEnvelope,
  readEvents,
  readMeta,
  readReply,
  readRequest,
  readTask,
  type OutcomeContext,
} from '../../src/celery/index.ts';
import { UnencodableValueError } from '../../src/pickle/index.ts';
import { messagesOf, vectors } from './vectors.ts';

const RUNS = Number(process.env['CELERY_FUZZ_RUNS'] ?? 3_000);

const recorded = vectors
  .flatMap((vector) => messagesOf(vector).map(({ envelope }) => JSON.stringify(envelope)))
  .filter((_, index) => index % 7 === 0);

const PIECES = [
  '',
  '"',
  '\\',
  '[',
  ']',
  '{',
  '}',
  'null',
  '-1',
  '1e999',
  'NaN',
  '"\\ud800"',
  '[[]]',
  '{"a": 1}',
  '\u0000',
  '999999999999999999999',
];

const damage = fc.tuple(
  fc.nat(),
  fc.nat(),
  fc.constantFrom(...PIECES),
  fc.integer({ min: 0, max: 40 }),
);

const damaged = (text: string, [, where, piece, removed]: [number, number, string, number]) => {
  const at = where % (text.length + 1);
  return text.slice(0, at) + piece + text.slice(at + removed);
};

/** A recorded message, damaged in the envelope or in the JSON of its body. */
const hostile = fc
  .tuple(fc.nat(), fc.boolean(), fc.array(damage, { minLength: 1, maxLength: 3 }))
  .map(([which, inBody, damages]) => {
    const text = recorded[which % recorded.length] ?? '';
    const harm = (given: string) => damages.reduce(damaged, given);
    if (!inBody) return harm(text);
    const envelope = JSON.parse(text) as { body: string };
    const body = harm(Buffer.from(envelope.body, 'base64').toString());
    return JSON.stringify({ ...envelope, body: Buffer.from(body).toString('base64') });
  });

const ACCEPT = ['json', 'yaml', 'msgpack', 'pickle'] as const;

const CONTEXT: OutcomeContext = {
  nowMs: 0,
  origin: 'gen1@host',
  replyTo: 'r',
  nodename: 'w@h',
  extended: true,
};

const EXCEPTION = { exception: { type: 'ValueError', module: 'builtins', args: ['boom'] } };

/** Everything that a worker does with a message from a stranger. */
const use = (text: string) => {
  const message = readTask(readEnvelope(text), { accept: ACCEPT, maxBodyBytes: 1_000_000 });
  planSuccess(message, 1, CONTEXT);
  planFailure(message, EXCEPTION, CONTEXT);
};

const isRefusal = (error: unknown) =>
  error instanceof InvalidMessageError ||
  error instanceof InvalidPythonJsonError ||
  error instanceof UnencodableValueError;

const expectRefusal = (read: () => unknown) => {
  try {
    read();
  } catch (error) {
    if (!isRefusal(error)) throw error;
  }
};

test(
  'a damaged message is read or refused, and what is read can be answered',
  { timeout: 300_000 },
  () => {
    fc.assert(
      fc.property(hostile, (text) => expectRefusal(() => use(text))),
      { numRuns: RUNS },
    );
  },
);

test(
  'damaged events, commands, replies and results are read or refused',
  { timeout: 300_000 },
  () => {
    fc.assert(
      fc.property(hostile, (text) => {
        for (const read of [readEvents, readRequest, readReply, readMeta])
          expectRefusal(() => read(text));
      }),
      { numRuns: RUNS },
    );
  },
);

test('most of the damage is refused by name, and some is read', () => {
  let refused = 0;
  let read = 0;
  for (const text of fc.sample(hostile, 1_000)) {
    try {
      use(text);
      read += 1;
    } catch {
      refused += 1;
    }
  }

  expect(refused).toBeGreaterThan(50);
  expect(read).toBeGreaterThan(5);
});
