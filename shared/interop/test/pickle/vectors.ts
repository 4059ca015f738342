import { readFileSync } from 'node:fs';

/** A value as CPython 3.11 pickled it, at protocols 2 to 5. `value` is JSON with tags; see `tagged.ts`. */
export type Case = {
  name: string;
  value: unknown;
  reader:
    'plain' | 'safe-builtins' | 'optional-stdlib' | 'zone-helper' | 'exception' | 'must-refuse';
  pickles: Record<string, string>;
};

/** Bytes that another program may write and CPython loads. */
export type WriterCase = { name: string; b64: string; value: unknown };

/** Bytes that mean harm: as they are, or as parts to repeat. */
export type HostileCase = {
  name: string;
  why: string;
  expect: string;
  b64?: string;
  parts?: [b64: string, times: number][];
};

type Vectors = { cases: Case[]; writer: WriterCase[]; adversarial: HostileCase[] };

const file = new URL('vectors/pickle-vectors.json', import.meta.url);

export const vectors = JSON.parse(readFileSync(file, 'utf8')) as Vectors; // Recorded, never changed.

export const fromBase64 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'));

export const hostileBytes = ({ b64, parts = [] }: HostileCase): Uint8Array =>
  b64 === undefined
    ? Buffer.concat(
        parts.map(([part, times]) => Buffer.alloc(atLength(part) * times, part, 'base64')),
      )
    : fromBase64(b64);

const atLength = (b64: string) => Buffer.from(b64, 'base64').length;
