import * as fc from 'fast-check';
import { py, type DictValue, type PickleValue, type PyZone } from '../../src/pickle/index.ts';
import { createIdentity } from '../../src/pickle/identity.ts';
import { floatValue, intValue } from '../../src/pickle/values/numbers.ts';

const edges = [0n, 1n, 8n, 15n, 16n, 31n, 32n, 47n, 48n, 53n, 63n, 64n, 2040n, 2048n].flatMap(
  (bits) => [-1n, 0n, 1n].flatMap((step) => [2n ** bits + step, -(2n ** bits) + step]),
);

export const int = fc
  .oneof(
    fc.constantFrom(...edges),
    fc.maxSafeInteger().map(BigInt),
    fc.bigInt({ min: -(2n ** 200n), max: 2n ** 200n }),
  )
  .map(intValue);

const smallInt = fc.integer({ min: -1000, max: 1000 });

const float = fc.oneof(fc.double(), smallInt).map(floatValue);

/** Also with lone surrogates, NULs and a byte order mark. */
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme', maxLength: 300 }),
  fc.constantFrom('\ufeffabc', '\ud800', 'a\udfff', '__proto__', 'x'.repeat(256), 'é'.repeat(128)),
);

const bytes = fc.oneof(fc.uint8Array(), fc.constant(new Uint8Array(257)));

const day = fc
  .date({
    min: new Date('0001-01-01T00:00:00Z'),
    max: new Date('9999-12-31T00:00:00Z'),
    noInvalidDate: true,
  })
  .map((date) => ({
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
  }));

const clock = fc.record({
  hour: fc.integer({ min: 0, max: 23 }),
  minute: fc.integer({ min: 0, max: 59 }),
  second: fc.integer({ min: 0, max: 59 }),
  microsecond: fc.integer({ min: 0, max: 999_999 }),
  fold: fc.constantFrom<0 | 1>(0, 1),
});

const timedelta = fc
  .record({
    days: fc.integer({ min: -999_999_999, max: 999_999_998 }),
    seconds: fc.integer({ min: -100_000, max: 86_399 }),
    microseconds: fc.integer({ min: -1_000_000, max: 999_999 }),
  })
  .filter(({ days }) => days > -999_999_990)
  .map(py.timedelta);

const timezone = fc
  .tuple(fc.integer({ min: -86_399, max: 86_399 }), fc.option(fc.string()))
  .map(([seconds, name]) => py.timezone(py.timedelta({ seconds }), name));

/** The zones that a bare Python has, dateutil's and pytz's not included. */
const ownZone = fc.oneof(
  timezone,
  fc.constantFrom<PyZone>(py.utc, py.zoneinfo('Europe/Berlin'), py.zoneinfo('UTC')),
);

const anyZone = fc.oneof(
  ownZone,
  fc.constantFrom<PyZone>(
    py.pytzUtc,
    py.dateutilUtc,
    py.pytzZone('Asia/Kolkata'),
    py.pytzZone('Europe/Berlin', { offsetSeconds: 7200, dstSeconds: 3600, abbreviation: 'CEST' }),
    py.zoneinfo('Asia/Tokyo', { cached: false }),
  ),
);

/** As Python prints them: 1.10 and 1E+50, not 110E-2. */
const decimal = fc
  .oneof(
    fc.bigInt().map(String),
    fc
      .tuple(fc.bigInt(), fc.integer({ min: 0, max: 999_999 }))
      .map(([whole, fraction]) => `${whole}.${String(fraction).padStart(6, '0')}`),
    fc.constantFrom('NaN', '-Infinity', 'sNaN', '1.10', '-0', '0E-7', '1E+50'),
  )
  .map(py.decimal);

const scalar = fc.oneof(fc.constant(null), fc.boolean(), int, float, text, bytes);

const uuid = fc.uuid().map(py.uuid);
const date = day.map(py.date);

/** Hashable values that Python finds equal only when they are the same here. */
const key = fc.letrec<{ key: PickleValue }>((tie) => ({
  key: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    scalar,
    uuid,
    date,
    fc.array(tie('key'), { maxLength: 4 }).map(py.tuple),
    fc.array(tie('key'), { maxLength: 4 }).map((items) => py.frozenset(distinct(items))),
  ),
})).key;

/** The first of those that Python takes for one. */
const distinct = <Item>(
  items: readonly Item[],
  keyOf: (item: Item) => unknown = (item) => item,
) => {
  const identity = createIdentity(() => {});
  const seen = new Set<number | undefined>();
  return items.filter((item) => {
    const id = identity.of(keyOf(item));
    return seen.has(id) ? false : seen.add(id);
  });
};

const dictOf = (value: fc.Arbitrary<PickleValue>): fc.Arbitrary<DictValue> =>
  fc.oneof(
    fc.array(fc.tuple(text, value), { maxLength: 6 }).map((entries) => new Map(entries)),
    fc
      .tuple(
        fc.tuple(
          key.filter((key) => typeof key !== 'string'),
          value,
        ),
        fc.array(fc.tuple(key, value), { maxLength: 5 }),
      )
      .map(([first, rest]) => py.dict(distinct([first, ...rest], ([key]) => key))),
  );

const leaf = (zone: fc.Arbitrary<PyZone>): fc.Arbitrary<PickleValue> => {
  const zoned = fc.option(zone);
  return fc.oneof(
    { weight: 8, arbitrary: scalar },
    uuid,
    date,
    decimal,
    timedelta,
    timezone,
    zone,
    bytes.map(py.bytearray),
    fc
      .tuple(day, clock, zoned)
      .map(([day, clock, zone]) => py.datetime({ ...day, ...clock, zone })),
    fc.tuple(clock, zoned).map(([clock, zone]) => py.time({ ...clock, zone })),
    fc.tuple(fc.double(), fc.double()).map(([real, imag]) => py.complex(real, imag)),
    fc
      .tuple(
        int,
        int,
        int.filter((step) => step !== 0),
      )
      .map((numbers) => py.range(...numbers)),
    fc.constantFrom(py.fraction(1, 3), py.fraction(-7, 2), py.fraction(2n ** 80n, 3)),
  );
};

const NAMES = ['Exception', 'IndexError', 'KeyError', 'RuntimeError', 'TypeError', 'ValueError'];

const valueWith = (zone: fc.Arbitrary<PyZone>): fc.Arbitrary<PickleValue> =>
  fc.letrec<{ value: PickleValue }>((tie) => {
    const items = fc.array(tie('value'), { maxLength: 6 });
    const keys = fc.array(key, { maxLength: 6 }).map((keys) => distinct(keys));
    const dict = dictOf(tie('value'));
    return {
      value: fc.oneof(
        { maxDepth: 5, depthSize: 'small', withCrossShrink: true },
        leaf(zone),
        items,
        items.map(py.tuple),
        keys.map(py.set),
        keys.map(py.frozenset),
        dict,
        dict.map(py.orderedDict),
        dict.map(py.counter),
        fc
          .tuple(fc.constantFrom(null, 'int', 'list', 'str'), dict)
          .map(([factory, dict]) => py.defaultDict(factory, dict)),
        fc
          .tuple(items, fc.constantFrom(null, 6, 300))
          .map(([items, most]) => py.deque(items, most)),
        fc
          .tuple(
            fc.constantFrom(...NAMES),
            items,
            fc.option(dict.filter((dict) => dict instanceof Map && dict.size > 0)),
          )
          .map(([name, args, state]) => py.exception(name, args, { state })),
      ),
    };
  }).value;

/** Every value that can be written. */
export const value = valueWith(anyZone);

/** Those that Python loads without other libraries. */
export const bareValue = valueWith(ownZone);
