import { execFileSync } from 'node:child_process';
import { deflateSync, brotliCompressSync, zstdCompressSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bunzip2 } from '../../src/celery/message/bunzip2.ts';
import { unxz } from '../../src/celery/message/unxz.ts';
import { pack, unpack } from '../../src/celery/message/compression.ts';
import { pythonVersion } from '../pickle/python.ts';

const MEBIBYTE = 1024 * 1024;

test.for(['gzip', 'zstd', 'brotli'] as const)('%s is unpacked to what was packed', (name) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 5_000 }), (bytes) => {
      const { bytes: packed, header } = pack(bytes, name);

      expect(Buffer.from(unpack(packed, header, 5_000))).toEqual(Buffer.from(bytes));
    }),
    { numRuns: 50 },
  );
});

const zeros = Buffer.alloc(64 * MEBIBYTE);

/** 64 MiB of zeros, as Python packs them: for bz2 that is 45 blocks of the same few bytes. */
const bombOf = (module: 'bz2' | 'lzma') => () =>
  pythonVersion === undefined
    ? undefined
    : execFileSync('python3', [
        '-c',
        `import ${module}, sys; sys.stdout.buffer.write(${module}.compress(bytes(64 << 20)))`,
      ]);

describe('a small message that unpacks to a lot is refused', () => {
  test.for([
    { name: 'application/x-gzip', bytes: () => deflateSync(zeros) },
    { name: 'application/zstd', bytes: () => zstdCompressSync(zeros) },
    { name: 'application/x-brotli', bytes: () => brotliCompressSync(zeros, { params: {} }) },
    { name: 'application/x-bz2', bytes: bombOf('bz2') },
    { name: 'application/x-lzma', bytes: bombOf('lzma') },
  ])('$name', ({ name, bytes }, { skip }) => {
    const packed = bytes();
    if (packed === undefined) return skip('this machine has no python3 to pack with');

    expect(() => unpack(packed, name, MEBIBYTE)).toThrow(
      expect.objectContaining({ fault: 'size' }),
    );
  });
});

/** What one Python process packs of some data, and what that is. */
const packWith = (compress: string, data: readonly string[]): [Buffer, Buffer][] => {
  const script = `
import base64, bz2, json, lzma, random
def both(d): return [base64.b64encode(part).decode() for part in (${compress}, d)]
print(json.dumps([${data.map((expression) => `both(${expression})`).join()}]))`;
  const answer = execFileSync('python3', ['-c', script], { maxBuffer: 32 * MEBIBYTE });
  const pairs = JSON.parse(answer.toString()) as [string, string][]; // As written above.
  return pairs.map(([packed, whole]) => [
    Buffer.from(packed, 'base64'),
    Buffer.from(whole, 'base64'),
  ]);
};

/** What Python writes, and ours reads. */
const PACKED = [
  { name: 'bzip2', read: bunzip2, compress: 'bz2.compress(d, 1)' },
  { name: 'xz', read: unxz, compress: 'lzma.compress(d)' },
  { name: 'xz, fast and unchecked', read: unxz, compress: 'lzma.compress(d, check=0, preset=0)' },
  {
    name: 'xz of odd properties',
    read: unxz,
    compress:
      "lzma.compress(d, check=10, filters=[{'id': lzma.FILTER_LZMA2, 'lc': 1, 'lp': 3, 'pb': 0, 'preset': 6}])",
  },
] as const;

const DATA = [
  ['nothing', "b''"],
  ['one byte', "b'x'"],
  ['a long run', "b'a' * 1000"],
  ['runs around four', "b'aaabaaaabaaaaabaaaaaab' * 300"],
  ['all bytes', 'bytes(range(256)) * 500'],
  ['several blocks', 'bytes((i * i + i // 7) % 251 for i in range(250000))'],
  ['no pattern', 'random.Random(1).randbytes(300000)'],
  ['words', "b' '.join(str(random.Random(i).random() * 1000 // 1).encode() for i in range(60000))"],
  ['far repetitions', 'random.Random(2).randbytes(200000) * 3'],
] as const;

describe(
  pythonVersion === undefined ? 'NOT CHECKED against Python: no python3' : 'what Python packs',
  { skip: pythonVersion === undefined },
  () => {
    test.for(PACKED)('$name', ({ read, compress }) => {
      const names = DATA.map(([name]) => name);
      const packed = packWith(compress, Object.values(Object.fromEntries(DATA)));

      const equal = packed.map(([bytes, whole]) =>
        Buffer.from(read(bytes, MEBIBYTE)).equals(whole),
      );

      expect(Object.fromEntries(names.map((name, at) => [name, equal[at]]))).toEqual(
        Object.fromEntries(names.map((name) => [name, true])),
      );
    });

    test.for(PACKED)('$name that is damaged is an error, and no wait without end', (codec) => {
      const { read, compress } = codec;
      const [[packed] = []] = packWith(compress, ["b'hello world, how are you? ' * 20"]);
      expect(packed?.length).toBeGreaterThan(0);
      fc.assert(
        fc.property(
          fc.integer({ min: 0, max: (packed?.length ?? 1) - 1 }),
          fc.integer({ min: 1, max: 255 }),
          (at, flip) => {
            const damaged = Uint8Array.from(packed ?? [], (byte, index) =>
              index === at ? byte ^ flip : byte,
            );
            try {
              read(damaged, MEBIBYTE);
            } catch (error) {
              expect(error).toBeInstanceOf(Error);
            }
          },
        ),
        { numRuns: 500 },
      );
    });
  },
);
