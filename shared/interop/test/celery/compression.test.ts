import { execFileSync } from 'node:child_process';
import { deflateSync, brotliCompressSync, zstdCompressSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bunzip2 } from '../../src/celery/message/bunzip2.ts';
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

/** 64 MiB of zeros, as `bz2.compress(bytes(64 << 20))` packs them, is 45 blocks of the same few bytes. */
const bzip2Bomb = () =>
  pythonVersion === undefined
    ? undefined
    : execFileSync('python3', [
        '-c',
        'import bz2, sys; sys.stdout.buffer.write(bz2.compress(bytes(64 << 20)))',
      ]);

describe('a small message that unpacks to a lot is refused', () => {
  test.for([
    { name: 'application/x-gzip', bytes: () => deflateSync(zeros) },
    { name: 'application/zstd', bytes: () => zstdCompressSync(zeros) },
    { name: 'application/x-brotli', bytes: () => brotliCompressSync(zeros, { params: {} }) },
    { name: 'application/x-bz2', bytes: bzip2Bomb },
  ])('$name', ({ name, bytes }, { skip }) => {
    const packed = bytes();
    if (packed === undefined) return skip('this machine has no python3 to pack with');

    expect(() => unpack(packed, name, MEBIBYTE)).toThrow(
      expect.objectContaining({ fault: 'size' }),
    );
  });
});

describe(
  pythonVersion === undefined ? 'NOT CHECKED against bz2: no python3' : 'bzip2',
  { skip: pythonVersion === undefined },
  () => {
    test.for([
      ['nothing', "b''"],
      ['one byte', "b'x'"],
      ['a long run', "b'a' * 1000"],
      ['runs around four', "b'aaabaaaabaaaaabaaaaaab' * 300"],
      ['all bytes', 'bytes(range(256)) * 500'],
      ['several blocks', 'bytes((i * i + i // 7) % 251 for i in range(250000))'],
    ] as const)('%s', ([, expression]) => {
      const script = `import bz2, sys; d = ${expression}; sys.stdout.buffer.write(bytes([1]) * 0 + bz2.compress(d, 1))`;
      const packed = execFileSync('python3', ['-c', script], { maxBuffer: 16 * MEBIBYTE });
      const meant = execFileSync(
        'python3',
        ['-c', `import sys; sys.stdout.buffer.write(${expression})`],
        {
          maxBuffer: 16 * MEBIBYTE,
        },
      );

      expect(Buffer.from(bunzip2(packed, MEBIBYTE)).equals(meant)).toBe(true);
    });

    test('damaged data is an error, never a crash or a wait without end', () => {
      const packed = execFileSync('python3', [
        '-c',
        "import bz2, sys; sys.stdout.buffer.write(bz2.compress(b'hello world ' * 20))",
      ]);
      fc.assert(
        fc.property(
          fc.integer({ min: 0, max: packed.length - 1 }),
          fc.integer({ min: 1, max: 255 }),
          (at, flip) => {
            const damaged = Uint8Array.from(packed, (byte, index) =>
              index === at ? byte ^ flip : byte,
            );
            try {
              bunzip2(damaged, MEBIBYTE);
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
