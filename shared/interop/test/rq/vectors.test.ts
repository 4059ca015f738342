import { readFileSync } from 'node:fs';
import {
  readCall,
  readExceptionText,
  readRqTime,
  readValue,
  rqTime,
  writeCall,
  writeExceptionText,
  writeValue,
} from '@shared/interop/rq';
import { expect, test } from 'vitest';

/** Recordings of real RQ: raw values, and what they mean. */
type Value = string | { b64: string };
type Hash = Record<string, Value>;
type Entry =
  | { type: 'hash'; value: Hash; meaning?: Record<string, Meaning> }
  | { type: 'stream'; value: [string, Hash][]; meaning?: (Record<string, Meaning> | null)[] }
  | { type: 'other' };
type Meaning = {
  serializer?: string;
  func_name?: string;
  instance?: unknown;
  text?: string;
  error?: string;
};
type Recording = {
  scenarios: Record<string, { steps: { redis?: Record<string, Entry> }[] }>;
};

const RELEASES = ['1.13', '1.16', '2.0', '2.10'];

const entriesOf = (release: string) => {
  const path = new URL(`vectors/rq-${release}.json`, import.meta.url);
  const { scenarios } = JSON.parse(readFileSync(path, 'utf8')) as Recording;
  return Object.values(scenarios).flatMap(({ steps }) =>
    steps.flatMap(({ redis = {} }) => Object.entries(redis)),
  );
};

const bytesOf = (value: Value): Buffer =>
  typeof value === 'string' ? Buffer.from(value, 'utf8') : Buffer.from(value.b64, 'base64');

const jobsOf = (release: string) =>
  entriesOf(release).flatMap(([key, entry]) =>
    key.startsWith('rq:job:') && entry.type === 'hash' ? [entry] : [],
  );

const resultsOf = (release: string) =>
  entriesOf(release).flatMap(([key, entry]) =>
    key.startsWith('rq:results:') && entry.type === 'stream'
      ? entry.value.map(([, fields], at) => ({ fields, meaning: entry.meaning?.[at] ?? {} }))
      : [],
  );

test.for(RELEASES)(
  'calls that RQ %s recorded are read, and written so that they read the same',
  (release) => {
    let read = 0;
    for (const { value, meaning } of jobsOf(release)) {
      const said = meaning?.['data'];
      if (value['data'] === undefined || said?.func_name === undefined) continue;
      if (said.instance !== null || said.serializer === undefined) continue;

      const call = attempt(() => readCall(bytesOf(value['data'] ?? '')));
      // Arguments of the program's own classes are not for us.
      if (call === undefined) continue;

      expect(call).toMatchObject({ name: said.func_name, serializer: said.serializer });
      expect(readCall(writeCall(call))).toEqual(call);
      read += 1;
    }
    expect(read).toBeGreaterThan(50);
  },
);

test.for(RELEASES)('times that RQ %s recorded come back as they were', (release) => {
  const times = jobsOf(release).flatMap(({ value }) =>
    ['created_at', 'enqueued_at', 'started_at', 'ended_at', 'last_heartbeat'].flatMap((field) => {
      const time = value[field];
      return typeof time === 'string' && time !== '' ? [time] : [];
    }),
  );

  // A number of ms holds today's microseconds only nearly.
  const back = times.map((time) => rqTime((readRqTime(time) ?? 0) + 0.0004));

  expect(times.length).toBeGreaterThan(100);
  expect(back).toEqual(times);
});

test.for(RELEASES)('results that RQ %s recorded are read', (release) => {
  let values = 0;
  let failures = 0;
  for (const { fields, meaning } of resultsOf(release)) {
    const encoded = fields['return_value'];
    if (encoded !== undefined) {
      const value = readValue(Buffer.from(String(bytesOf(encoded)), 'base64'), {
        keepUnknown: true,
      });
      const again = attempt(() => readValue(writeValue('pickle', value)));
      if (again !== undefined) expect(again).toEqual(value);
      values += 1;
    }
    const text = meaning['exc_string']?.text;
    if (text !== undefined) {
      const read = readExceptionText(String(bytesOf(fields['exc_string'] ?? '')));
      // The folders in it are those of the machine that recorded it.
      expect(lastLine(read)).toBe(lastLine(text));
      expect(readExceptionText(writeExceptionText(text))).toBe(text);
      failures += 1;
    }
  }
  expect([values > 10, failures > 5]).toEqual([true, true]);
});

const lastLine = (text: string) => text.trim().split('\n').at(-1);

const attempt = <Value>(read: () => Value): Value | undefined => {
  try {
    return read();
  } catch {
    return undefined;
  }
};
