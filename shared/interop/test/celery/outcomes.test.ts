import { describe, expect, test } from 'vitest';
import {
  planChord,
  planFailure,
  planRetry,
  planRevoked,
  planStarted,
  planState,
  planSuccess,
  planUnknown,
  revokedByCommand,
  readChordMembers,
  readFailure,
  readMeta,
  writePythonJson,
  writeEnvelope,
  parsePythonJson,
  type ChordCount,
  type Effect,
  type OutcomeContext,
  type Plan,
  type TaskMessage,
} from '../../src/celery/index.ts';
import type { PickleValue } from '../../src/pickle/index.ts';
import {
  chordCounts,
  chordSizes,
  comparable,
  messageValue,
  pushedTasks,
  storedMetas,
  type Pushed,
  type StoredMeta,
} from './recording.ts';
import { messageOf, senderOf } from './recorded-senders.ts';
import { SCENARIOS } from './scenarios.ts';
import { asText, vectors, type Vector } from './vectors.ts';

const REPLY_TO = '00000000-0000-0000-0000-000000000000';

const contextOf = (vector: Vector, meta: Map<string, PickleValue>): OutcomeContext => ({
  nowMs: Date.UTC(2026, 10, 22),
  origin: 'gen1@host',
  replyTo: REPLY_TO,
  nodename: 'w1@host',
  dialect: vector.release,
  extended: meta.has('worker'),
});

/** What a worker made of one message, as recorded, and the same as we plan it. */
const planFor = (
  message: TaskMessage,
  { meta }: StoredMeta,
  context: OutcomeContext,
  next: Pushed | undefined,
): Plan => {
  const state = meta.get('status');
  const result = meta.get('result') ?? null;
  const exception = readFailure(result) ?? { type: '', module: null, args: [] };
  const traceback = (meta.get('traceback') ?? null) as string | null;
  if (state === 'SUCCESS') return planSuccess(message, result, context);
  if (
    exception.type === 'NotRegistered' &&
    meta.get('children') !== null &&
    isOwn(message, exception)
  ) {
    return planUnknown(message, context);
  }
  if (state === 'REVOKED' && meta.get('children') === null) {
    return { name: '', effects: [revokedByCommand(message.id, context)] };
  }
  if (state === 'FAILURE') return planFailure(message, { exception, traceback }, context);
  if (state === 'REVOKED') return planRevoked(message, asText(exception.args[0]), context);
  if (state === 'STARTED') {
    return planStarted(message, Number((result as Map<string, PickleValue>).get('pid')), context);
  }
  if (state !== 'RETRY') return planState(message, { state: asText(state), meta: result }, context);
  return planRetry(
    message,
    {
      eta: next?.message?.eta?.text ?? '',
      exception: result === null ? null : exception,
      traceback,
    },
    context,
  );
};

const isOwn = (message: TaskMessage, { args }: { args: readonly PickleValue[] }) =>
  args[0] === message.task;

type Seen = { published: PickleValue[]; stored: PickleValue[]; counted: PickleValue[] };

const seenIn = (effects: readonly Effect[]): Seen => ({
  published: effects.flatMap((effect) =>
    effect.kind === 'publish' && !isCalledInPython(effect)
      ? [messageValue(effect.publication.envelope)]
      : [],
  ),
  stored: effects.flatMap((effect) =>
    effect.kind === 'store' || effect.kind === 'store-unbegun' ? [metaValue(effect.meta)] : [],
  ),
  counted: effects.flatMap((effect) =>
    effect.kind === 'chord-count'
      ? [
          [
            effect.groupId,
            effect.index === null ? '+inf' : String(effect.index),
            parsePythonJson(effect.member),
          ],
        ]
      : [],
  ),
});

/** An errback of three arguments: Python, which has the function, called it; we send it. */
const isCalledInPython = ({ publication }: Extract<Effect, { kind: 'publish' }>) =>
  publication.envelope.headers.get('task') === 'lab.errback3';

const metaValue = (text: string): PickleValue => withoutTraceback(parsePythonJson(text));

/** Ours has no Python frames in it where Celery itself made the exception. */
const withoutTraceback = (value: PickleValue): PickleValue => {
  if (!(value instanceof Map)) return value;
  const traceback = value.get('traceback');
  return typeof traceback === 'string'
    ? new Map(value).set('traceback', lastLine(traceback))
    : value;
};

const lastLine = (text: string) => text.trimEnd().split('\n').at(-1) ?? '';

/** The members of each chord so far; the last one sends the body. */
const createChords = (vector: Vector) => {
  const sizes = chordSizes(vector);
  const members = new Map<string, { score: number; text: string }[]>();
  return {
    add: ({ groupId, index, member }: ChordCount): string[] | undefined => {
      const known = members.get(groupId) ?? [];
      members.set(groupId, known);
      known.push({ score: index ?? Infinity, text: member });
      const added = vector.recorded.filter(
        ({ cmd, args }) =>
          (cmd === 'INCR' || cmd === 'INCRBY') && asText(args[0]).includes(groupId),
      ).length;
      if (known.length !== (sizes.get(groupId) ?? -1) + added) return undefined;
      return known
        .toSorted((a, b) => a.score - b.score || (a.text < b.text ? -1 : 1))
        .map(({ text }) => text);
    },
  };
};

const planned = vectors.filter(({ scenario }) => SCENARIOS[scenario]?.includes('outcomes'));

describe('what Python did after each task, we plan', () => {
  test.for(planned)('$name', (vector) => {
    const pushed = pushedTasks(vector);
    const metas = storedMetas(vector).filter(({ by }) => by === 'worker');
    const chords = createChords(vector);
    const counts = chordCounts(vector);
    const outcomes = metas
      .map((stored) => ({ stored, message: messageOf(stored, pushed, metas) }))
      .filter(
        (outcome): outcome is { stored: StoredMeta; message: Pushed } =>
          outcome.message !== undefined,
      );
    expect(outcomes.length).toBeGreaterThan(0);
    const claimed = new Set<StoredMeta>();
    const published = new Set<Pushed>();

    for (const { stored, message: from } of outcomes) {
      const message = from.message;
      if (message === null) continue;
      const isLast = stored.meta.get('status') !== 'STARTED';
      const context = contextOf(vector, stored.meta);
      const children = pushed.filter(
        (push) => push.by === 'worker' && senderOf(push, pushed, counts) === from,
      );
      const effects = [...planFor(message, stored, context, children[0]).effects];
      for (const effect of Array.from(effects)) {
        if (effect.kind !== 'chord-count') continue;
        const members = chords.add(effect);
        if (members === undefined || hasSavedHeader(vector, effect.groupId)) continue;
        const chord = planChord(effect, readChordMembers(members), message, context);
        effects.push(...chord.effects);
      }
      const ours = seenIn(effects);
      const given =
        writeEnvelope(from.envelope) + Buffer.from(from.envelope.body, 'base64').toString();

      const sent = children.map(({ envelope }) => messageValue(envelope));
      if (isLast && !sendsWhileRunning(vector)) {
        for (const child of children) published.add(child);
        const skipped = skippedBodies(vector, sent.length, ours.published.length);
        expect(comparable(ours.published, given)).toEqual(
          comparable(sent.slice(0, sent.length - skipped), given),
        );
      }
      const theirs = metas.filter(
        (other) => other === stored || ours.stored.some((meta) => isAbout(meta, other)),
      );
      const about = theirs.filter((meta) => !claimed.has(meta) || meta === stored);
      for (const meta of about) claimed.add(meta);
      if (!sendsWhileRunning(vector)) {
        expect(comparable(ours.stored, given).sort()).toEqual(
          comparable(
            about.filter(isFirstOfId).map(({ meta }) => withoutTraceback(meta)),
            given,
          ).sort(),
        );
      }
      const counted = counts.filter(({ member }) =>
        ours.counted.some((own) => sameMember(own, member)),
      );
      expect(ours.counted.length).toBe(counted.length);
      for (const [index, { groupId, score, member }] of counted.entries()) {
        const own = ours.counted[index] as PickleValue[];
        expect(own[0]).toBe(groupId);
        if (score !== null)
          expect(Number(own[1])).toBe(Number(score === '+inf' ? Infinity : score));
        expect(writePythonJson(own[2])).toBe(writePythonJson(member));
      }
    }
  });
});

const isFirstOfId = (meta: StoredMeta, index: number, all: StoredMeta[]) =>
  all.findIndex(
    ({ id, meta: other }) => id === meta.id && other.get('status') === meta.meta.get('status'),
  ) === index;

const sameMember = (own: PickleValue, member: PickleValue) =>
  writePythonJson((own as PickleValue[])[2]) === writePythonJson(member);

const isAbout = (meta: PickleValue, { id, meta: other }: StoredMeta) => {
  const read = readMeta(writePythonJson(meta));
  return read.id === id && read.state === other.get('status');
};

const hasSavedHeader = (vector: Vector, groupId: string) =>
  vector.recorded.some(
    ({ cmd, args }) => cmd === 'SETEX' && asText(args[0]).endsWith(`meta-${groupId}`),
  );

const sendsWhileRunning = ({ scenario }: Vector) => SCENARIOS[scenario]?.includes('sends') ?? false;

/** A body whose header was saved is planned from the results of its members; see the tests of the store. */
const skippedBodies = (vector: Vector, theirs: number, ours: number) =>
  vector.recorded.some(
    ({ cmd, args }) => cmd === 'SETEX' && /taskset-meta-[^.]*$/.test(asText(args[0])),
  )
    ? Math.max(0, theirs - ours)
    : 0;
