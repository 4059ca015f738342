import { expect, test } from 'vitest';
import {
  group,
  makeChain,
  planAddToChord,
  planReplace,
  readEnvelope,
  readTask,
  signature,
  writeEnvelope,
  type OutcomeContext,
  type Signature,
} from '../../src/celery/index.ts';
import { comparable, messageValue, pushedTasks } from './recording.ts';
import { vectorsOf, type Vector } from './vectors.ts';

const contextOf = ({ release }: Pick<Vector, 'release'>): OutcomeContext => ({
  nowMs: 0,
  origin: 'gen1@host',
  replyTo: '00000000-0000-0000-0000-000000000000',
  nodename: 'w1@host',
  dialect: release,
});

const add = (...args: number[]): Signature => signature('lab.add', args);

/** What the recorded task put in its place, and how many messages that sent. */
const REPLACED: readonly [scenario: string, replacement: Signature, sent: number][] = [
  ['canvas-replace', add(1, 2), 1],
  ['canvas-replace-in-chain', add(1, 2), 1],
  ['canvas-replace-group', group(add(1, 1), add(2, 1)), 2],
];

test.for(
  REPLACED.flatMap(([scenario, replacement, sent]) =>
    vectorsOf(scenario).map((vector) => ({ name: vector.name, vector, replacement, sent })),
  ),
)('$name: what takes the place is what Python sent', ({ vector, replacement, sent }) => {
  const [replaced, ...others] = pushedTasks(vector);
  if (replaced?.message === null || replaced === undefined) throw new Error('nothing was replaced');
  const given =
    writeEnvelope(replaced.envelope) + Buffer.from(replaced.envelope.body, 'base64').toString();

  const { effects } = planReplace(replaced.message, replacement, contextOf(vector));

  const ours = effects.flatMap((effect) =>
    effect.kind === 'publish' ? [messageValue(effect.publication.envelope)] : [],
  );
  const theirs = others.slice(0, sent).map(({ envelope }) => messageValue(envelope));
  expect(comparable(ours, given)).toEqual(comparable(theirs, given));
});

test.for(vectorsOf('canvas-add-to-chord'))(
  '$name: what is added to a chord is what Python added',
  (vector) => {
    const pushed = pushedTasks(vector);
    const from = pushed[0];
    const added = pushed.find(({ by }) => by === 'worker');
    if (from?.message === null || from === undefined || added === undefined)
      throw new Error('nothing was added');
    const given =
      writeEnvelope(from.envelope) + Buffer.from(from.envelope.body, 'base64').toString();

    const { effects, result } = planAddToChord(
      from.message,
      add(1, 100),
      contextOf(vector),
      'first',
    );

    expect(effects.map(({ kind }) => kind)).toEqual(['chord-grow', 'publish']);
    const ours = effects.flatMap((effect) =>
      effect.kind === 'publish' ? [effect.publication] : [],
    );
    expect(
      comparable(
        ours.map(({ envelope }) => messageValue(envelope)),
        given,
      ),
    ).toEqual(comparable([messageValue(added.envelope)], given));
    expect(result.id).toBe(ours[0]?.id);
  },
);

const message = readTask(
  readEnvelope(
    JSON.stringify({
      body: Buffer.from('[[], {}, {}]').toString('base64'),
      'content-type': 'application/json',
      'content-encoding': 'utf-8',
      headers: { task: 'lab.replace', id: 'an-id' },
      properties: { body_encoding: 'base64' },
    }),
  ),
);

test('an empty chain, and a member of another chord, take no place', () => {
  const context = contextOf({ release: '5.6' });
  const member = add(1, 2);
  (member.get('options') as Map<string, Signature>).set('chord', add());

  for (const replacement of [makeChain([]), member]) {
    expect(() => planReplace(message, replacement, context)).toThrow(
      expect.objectContaining({ pythonClass: 'ImproperlyConfigured' }),
    );
  }
  expect(() => planAddToChord(message, add(), context, 'x')).toThrow(
    expect.objectContaining({ pythonClass: 'ValueError' }),
  );
});

test('the same replacement planned again sends the same ids', () => {
  const context = contextOf({ release: '5.6' });
  const plan = () =>
    JSON.stringify(planReplace(message, group(add(1, 1), add(2, 1)), context).effects.map(idsOf));

  expect(plan()).toBe(plan());
});

const idsOf = (effect: { kind: string }) =>
  'publication' in effect ? (effect.publication as { id: string }).id : effect.kind;
