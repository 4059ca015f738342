import { expect, test } from 'vitest';
import {
  addToOption,
  chain,
  createBrokerNames,
  createCanvas,
  fromJs,
  group,
  makeChain,
  makeChord,
  makeChunks,
  makeGroup,
  makeMap,
  makeStarmap,
  signature,
  type CallOptions,
  type Canvas,
  type Signature,
} from '../../src/celery/index.ts';
import { linkError } from '../../src/celery/canvas/links.ts';
import { py, type PickleValue } from '../../src/pickle/index.ts';
import { comparable, messageValue, pushedTasks } from './recording.ts';
import { SCENARIOS } from './scenarios.ts';
import { vectors, type Vector } from './vectors.ts';

const add = (...args: unknown[]) => signature('lab.add', args);
const tsum = () => signature('lab.tsum');
const errback = () => signature('lab.errback1');

const STAMPS = { mystamp: 'abc', lst: ['a', 'b'] };

const stamped = (canvas: Signature): Signature => {
  const options = canvas.get('options') as Map<string, PickleValue>;
  options.set('stamped_headers', Object.keys(STAMPS));
  for (const [name, value] of Object.entries(STAMPS)) options.set(name, fromJs(value));
  return canvas;
};

const call = (options: CallOptions = {}, args: unknown[] = [2, 3]) =>
  signature('lab.add', args, options);

const withErrback = (canvas: Signature) => {
  linkError(canvas, errback());
  return canvas;
};

const chainWithLinks = () => {
  const chain = makeChain([add(1, 2), add(3), add(4)]);
  addToOption(chain, 'link_error', errback());
  addToOption(chain, 'link', signature('lab.noargs', [], { immutable: true }));
  return chain;
};

const JSON_TYPES = {
  bytes: new Uint8Array(Buffer.from('abc')),
  nonutf8: new Uint8Array([0xff, 0]),
  dt: py.datetime({
    year: 2024,
    month: 1,
    day: 2,
    hour: 3,
    minute: 4,
    second: 5,
    microsecond: 6,
    zone: py.utc,
  }),
  naive: py.datetime({ year: 2024, month: 1, day: 2, hour: 3, minute: 4, second: 5 }),
  date: py.date({ year: 2024, month: 1, day: 2 }),
  time: py.time({ hour: 3, minute: 4, second: 5 }),
  uuid: py.uuid('00000000-0000-0000-0000-000000000005'),
  dec: py.decimal('1.10'),
  tuple: py.tuple([1, 2]),
  float: py.float(1),
  big: 2n ** 63n,
  neg: -(2n ** 70n),
  nan: Number.NaN,
  inf: Infinity,
  ninf: -Infinity,
  uni: 'hé☃😀',
  none: null,
};

const { bytes: _bytes, nonutf8: _nonutf8, ...PLAIN_TYPES } = JSON_TYPES;

/** What each recorded client called. */
const CALLS: Readonly<Record<string, (vector: Vector) => Signature[]>> = {
  'produce-delay': () => [call()],
  'produce-retry-policy': () => [call()],
  'produce-task-sent-event': () => [call()],
  'produce-countdown': () => [call({ countdown: 30 })],
  'produce-eta': () => [call({ eta: '2030-01-02T03:04:05.678901+02:00' })],
  'produce-eta-naive': () => [call({ eta: '2030-01-02T03:04:05' })],
  'produce-expires-seconds': () => [call({ expires: 60 })],
  'produce-expires-datetime': () => [call({ expires: new Date('2030-01-02T00:00:00Z') })],
  'produce-queue': () => [call({ queue: 'other' })],
  'produce-exchange-routingkey': () => [call({ exchange: 'celery', routingKey: 'celery' })],
  'produce-priority-all': () =>
    Array.from({ length: 11 }, (_, priority) => call({ priority }, [2, priority])),
  'produce-options': () => [
    call(
      {
        id: '11111111-2222-3333-4444-555555555555',
        kwargs: { y: 3 },
        shadow: 'shadow.name',
        timeLimit: 20,
        softTimeLimit: 10,
        replyTo: 'rt',
        ignoreResult: true,
        headers: { 'x-custom': 'v', n: 1 },
      },
      [2],
    ),
  ],
  'produce-compression-gzip': () => [call({ compression: 'gzip' })],
  'produce-compression-zlib': () => [call({ compression: 'gzip' })],
  'produce-json-types': ({ release }) => [
    signature('lab.identity', [release === '5.2' ? PLAIN_TYPES : JSON_TYPES]),
  ],
  'produce-link': () => [call({ link: add(10), linkError: errback() })],
  'produce-link-list': () => [
    call({
      link: [add(10), signature('lab.noargs', ['x'], { immutable: true })],
      linkError: [errback(), signature('lab.errback3')],
    }),
  ],
  'produce-stamps': () => [
    stamped(add(1, 2)),
    makeChain([stamped(add(1, 2)), stamped(add(3))]),
    makeGroup([stamped(add(1, 2)), stamped(add(3, 4))]),
    signature('lab.add', [1, 2], { stamps: { foo: 'bar' }, link: add(9) }),
  ],
  'produce-chain3': () => [makeChain([add(1, 2), add(3), add(4)])],
  'produce-chain-link-error': () => [chainWithLinks()],
  'produce-chain-group-chain': () => [chain(add(1, 1), group(add(2), add(3)), tsum(), add(10))],
  'produce-group3': () => [makeGroup([add(0, 0), add(1, 1), add(2, 2)])],
  'produce-group-in-group': () => [makeGroup([add(1, 1), makeGroup([add(2, 2), add(3, 3)])])],
  'produce-group-of-chains': () => [
    makeGroup([makeChain([add(1, 1), add(2)]), makeChain([add(3, 3), add(4)])]),
  ],
  'produce-chord3': () => [makeChord([add(0, 0), add(1, 1), add(2, 2)], tsum())],
  'produce-chord-link-error': () => [withErrback(makeChord([add(0, 0), add(1, 1)], tsum()))],
  'produce-chord-body-group': () => [
    makeChord([add(1, 1), add(2, 2)], makeGroup([signature('lab.identity'), tsum()])),
  ],
  'produce-chord-group-in-header': () => [
    makeChord([makeGroup([add(1, 1), add(2, 2)]), add(3, 3)], tsum()),
  ],
  'produce-chord-of-chains': () => [
    makeChord([makeChain([add(1, 1), add(2)]), makeChain([add(3, 3), add(4)])], tsum()),
  ],
  'produce-nested-chord': () => [
    makeChord([makeChord([add(1, 1), add(2, 2)], tsum()), add(3, 3)], tsum()),
  ],
  'produce-empty-chord': () => [makeChord([], tsum())],
  'produce-map': () => [
    makeMap(add(), [1, 2, 3]).set(
      'kwargs',
      fromJs({ task: signature('lab.identity'), it: [1, 2, 3] }),
    ),
  ],
  'produce-starmap': () => [
    makeStarmap(add(), [
      [1, 2],
      [3, 4],
    ]),
  ],
  'produce-chunks': () => [
    makeChunks(
      add(),
      [
        [0, 0],
        [1, 1],
        [2, 2],
        [3, 3],
      ],
      2,
    ),
  ],
};

/** Said in no call: protocol 1 and other serializers are of a client's configuration, and only read here. */
const ONLY_READ = new Set([
  'produce-protocol1',
  'produce-serializer-yaml',
  'produce-serializer-pickle',
  'produce-compression-bzip2',
  'produce-exchange-unbound-dropped',
]);

const produced = vectors.filter(({ scenario }) => SCENARIOS[scenario]?.includes('produce'));

const send = (canvases: readonly Signature[], release: Vector['release']): Canvas => {
  let count = 0;
  const canvas = createCanvas({
    nowMs: Date.UTC(2026, 10, 22, 1, 30),
    newId: () => {
      count += 1;
      return `00000000-0000-4000-8000-${String(count).padStart(12, '0')}`;
    },
    origin: 'gen1@host',
    replyTo: '00000000-0000-4000-8000-ffffffffffff',
    dialect: release,
  });
  for (const signature of canvases) canvas.apply(signature);
  return canvas;
};

/** Python has tuples where a signature has lists, and shows them so. */
const shownAlike = (text: string) =>
  text.replaceAll(/"(kw)?argsrepr":"((?:[^"\\]|\\.)*)"/g, (whole) =>
    whole.replaceAll('[', '(').replaceAll(']', ')'),
  );

test('every recorded client is called here', () => {
  const scenarios = new Set(produced.map(({ scenario }) => scenario));

  expect([...scenarios].filter((name) => !(name in CALLS) && !ONLY_READ.has(name))).toEqual([]);
  expect(Object.keys(CALLS).filter((name) => !scenarios.has(name))).toEqual([]);
});

test.for(produced.filter(({ scenario }) => scenario in CALLS))(
  '$name: we send what Python sent',
  (vector) => {
    const names = createBrokerNames();
    const { effects } = send(CALLS[vector.scenario]?.(vector) ?? [], vector.release);

    const ours = effects.flatMap((effect) =>
      effect.kind === 'publish' ? [effect.publication] : [],
    );
    const theirs = pushedTasks(vector);

    expect(
      comparable(
        ours.map(({ envelope }) => messageValue(envelope)),
        '',
      ).map(shownAlike),
    ).toEqual(
      comparable(
        theirs.map(({ envelope }) => messageValue(envelope)),
        '',
      ).map(shownAlike),
    );
    expect(ours.map(({ queue, priority }) => names.queueKey(queue ?? 'celery', priority))).toEqual(
      theirs.map(({ key }) => key),
    );
    expect(sizesBetween(effects)).toEqual(recordedSizes(vector));
  },
);

/** Chord sizes, each with how many messages went before it. */
const sizesBetween = (effects: Canvas['effects']) => {
  let sent = 0;
  return effects.flatMap((effect) => {
    if (effect.kind === 'publish') sent += 1;
    return effect.kind === 'chord-size' ? [[sent, effect.size]] : [];
  });
};

const recordedSizes = ({ recorded }: Vector) => {
  let sent = 0;
  return recorded.flatMap(({ cmd, args }) => {
    if (cmd === 'LPUSH') sent += 1;
    const [key, , size] = args;
    const isSize = cmd === 'SETEX' && typeof key === 'string' && key.endsWith('.s');
    return isSize
      ? [[sent, Number(typeof size === 'object' && 'json' in size ? size.json : size)]]
      : [];
  });
};
