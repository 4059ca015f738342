import { describe, expect, test } from 'vitest';
import {
  decodePickle,
  encodePickle,
  ForbiddenGlobalError,
  isPython,
  py,
  type PickleValue,
} from '../../src/pickle/index.ts';
import { ordered } from './ordered.ts';
import { untag } from './tagged.ts';
import { fromBase64, vectors } from './vectors.ts';

const pickles = vectors.cases.flatMap(({ pickles, ...rest }) =>
  Object.entries(pickles).map(([protocol, b64]) => ({
    ...rest,
    protocol: Number(protocol),
    bytes: fromBase64(b64),
  })),
);

const SELF_REFERENCES = ['list_self_reference', 'dict_self_reference'];

const attributes = (entries: [string, PickleValue][]) => new Map(entries);

/** Where the vectors' JSON says less than the pickle does. */
const EXPECTED: Record<string, PickleValue> = {
  counter: py.counter(new Map([['a', 2], ['b', 1]])), // prettier-ignore
  datetime_fold: py.datetime({ year: 2024, month: 11, day: 3, hour: 1, minute: 30, fold: 1 }),
  defaultdict_int: py.defaultDict('int', new Map([['a', 1]])),
  deque: py.deque([1, 2], 5),
  exc_filenotfound: py.exception('FileNotFoundError', [2, 'No such file', 'x.txt']),
  exc_with_attr: py.exception('RuntimeError', ['attr'], { state: attributes([['code', 5]]) }),
  exc_with_note: py.exception('RuntimeError', ['noted'], {
    state: attributes([['__notes__', ['n1']]]),
  }),
  fraction: py.fraction(1, 3),
  ordereddict: py.orderedDict(new Map([['b', 1], ['a', 2]])), // prettier-ignore
};

/** What CPython itself leaves out of an old protocol. */
const expected = (name: string, protocol: number, value: unknown): PickleValue => {
  if (protocol === 2 && TIMEOUTS.includes(name)) return py.exception('OSError');
  if (protocol < 4 && name === 'datetime_fold') return untag(value);
  return EXPECTED[name] ?? untag(value);
};

/** Protocol 2 knows only Python 2's classes, and TimeoutError was not one of them. */
const TIMEOUTS = ['exc_timeout', 'exc_asyncio_timeout'];

/** Written as another class, or not at all: not every client could load them. */
const NOT_WRITTEN = ['exc_unicode', 'exc_stopiteration'];

const readable = pickles.filter(
  ({ name, reader }) =>
    reader !== 'must-refuse' && name !== 'exc_user' && !SELF_REFERENCES.includes(name),
);

describe('what CPython pickles', () => {
  test.for(readable)('$name at protocol $protocol is read as it was', (vector) => {
    const value = decodePickle(vector.bytes);

    expect(ordered(value)).toEqual(ordered(expected(vector.name, vector.protocol, vector.value)));
  });

  test.for(readable.filter(({ name }) => !NOT_WRITTEN.includes(name)))(
    '$name at protocol $protocol can be written back',
    ({ bytes }) => {
      const value = decodePickle(bytes);

      expect(decodePickle(encodePickle(value))).toEqual(value);
    },
  );

  test.for(pickles.filter(({ reader, name }) => reader === 'must-refuse' || name === 'exc_user'))(
    '$name at protocol $protocol names a class or function outside the list',
    ({ bytes }) => {
      expect(() => decodePickle(bytes)).toThrow(ForbiddenGlobalError);
    },
  );

  test.for(['2', '3', '4', '5'])('a list in itself is read at protocol %s', (protocol) => {
    const list = decodePickle(bytesOf('list_self_reference', protocol)) as PickleValue[];

    expect(list.at(-1)).toBe(list);
  });

  test.for(['2', '3', '4', '5'])('a dict in itself is read at protocol %s', (protocol) => {
    const dict = decodePickle(bytesOf('dict_self_reference', protocol)) as Map<string, unknown>;

    expect(dict.get('me')).toBe(dict);
  });

  test('an object used twice is still one object', () => {
    const [first, second] = decodePickle(bytesOf('list_shared', '4')) as PickleValue[];

    expect(first).toBe(second);
  });
});

describe('what other programs pickle', () => {
  test.for(vectors.writer)('$name is read', ({ b64, value }) => {
    expect(decodePickle(fromBase64(b64))).toEqual(untag(value));
  });

  test.for(vectors.writer)('$name is written byte for byte', ({ b64, value }) => {
    expect(encodePickle(untag(value))).toEqual(fromBase64(b64));
  });
});

describe('a class outside the list, kept for showing', () => {
  test('an object shows its class and its state', () => {
    expect(keep('dataclass_user')).toMatchObject({
      module: 'lab_tasks',
      name: 'Point',
      args: py.tuple([]),
      state: new Map([['x', 1], ['y', 2]]), // prettier-ignore
    });
  });

  test('an exception shows its class and its arguments', () => {
    expect(keep('exc_user')).toMatchObject({
      module: 'lab_tasks',
      name: 'CustomError',
      args: py.tuple([7, 'bad']),
    });
  });

  test('a function or class itself shows its name', () => {
    const [user, builtin, cls] = [
      keep('function_user'),
      keep('builtin_function'),
      keep('class_builtin'),
    ];

    expect(user).toMatchObject({ module: 'lab_tasks', name: 'add' });
    expect(builtin).toMatchObject({ module: 'builtins', name: 'len' });
    expect(cls).toMatchObject({ module: 'builtins', name: 'int' });
    expect(isPython(cls, 'opaque')).toBe(true);
  });

  test('a member of an enum shows how it is looked up, without looking it up', () => {
    expect(keep('enum_user')).toMatchObject({
      module: 'builtins',
      name: 'getattr',
      args: { items: [{ module: 'lab_tasks', name: 'Color' }, 'RED'] },
    });
  });

  test('it is never written back', () => {
    expect(() => encodePickle(keep('dataclass_user'))).toThrow(
      expect.objectContaining({ code: 'unencodable_value' }),
    );
  });
});

const keep = (name: string) => decodePickle(bytesOf(name, '4'), { unknownGlobals: 'keep' });

const bytesOf = (name: string, protocol: string): Uint8Array => {
  const b64 = vectors.cases.find((vector) => vector.name === name)?.pickles[protocol];
  if (b64 === undefined) throw new Error(`the vectors hold no ${name} at protocol ${protocol}`);
  return fromBase64(b64);
};
