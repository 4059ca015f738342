import { expect, test } from 'vitest';
import { decodeSignature, encodeSignature, iqdbHash } from '../src/encoding.ts';
import { decompose, SIDE } from '../src/haar.ts';
import { signatureOf } from '../src/signature.ts';
import { randomFrom, scene, signatureOfPhoto } from './photos.ts';

/** The transform by its definition: each coefficient is the sum over a product of two box functions. */
const basis = (index: number, at: number): number => {
  if (index === 0) return 1 / Math.sqrt(SIDE);
  const scale = 2 ** Math.floor(Math.log2(index));
  const width = SIDE / scale;
  const offset = at - (index - scale) * width;
  if (offset < 0 || offset >= width) return 0;
  return (offset < width / 2 ? 1 : -1) / Math.sqrt(width);
};

test.for([
  { row: 0, column: 0 },
  { row: 0, column: 1 },
  { row: 1, column: 0 },
  { row: 3, column: 2 },
  { row: 5, column: 64 },
  { row: 127, column: 127 },
  { row: 64, column: 17 },
])('the coefficient at $row, $column is what its definition says', ({ row, column }) => {
  const random = randomFrom(7);
  const channel = Float64Array.from({ length: SIDE * SIDE }, () => random() * 255);
  let expected = 0;
  for (let y = 0; y < SIDE; y += 1) {
    for (let x = 0; x < SIDE; x += 1) {
      expected += channel[y * SIDE + x]! * basis(row, y) * basis(column, x);
    }
  }

  decompose(channel);

  expect(channel[row * SIDE + column]).toBeCloseTo(expected, 6);
});

const filled = (colourAt: (x: number, y: number) => readonly [number, number, number]) => {
  const pixels = new Uint8Array(SIDE * SIDE * 3);
  for (let at = 0; at < SIDE * SIDE; at += 1) {
    pixels.set(colourAt(at % SIDE, Math.floor(at / SIDE)), at * 3);
  }
  return pixels;
};

test('the averages are those of luminance and chrominance', () => {
  const { averages } = signatureOf(filled(() => [255, 0, 0]));

  expect([...averages]).toEqual([
    expect.closeTo((0.299 * 255) / 256, 5),
    expect.closeTo((0.596 * 255) / 256, 5),
    expect.closeTo((0.212 * 255) / 256, 5),
  ]);
});

const light = (isLight: boolean) => (isLight ? ([255, 255, 255] as const) : ([0, 0, 0] as const));

test('what is light on the left, or on the right, is in the same place on either side of zero', () => {
  const left = signatureOf(filled((x) => light(x < SIDE / 2)));
  const right = signatureOf(filled((x) => light(x >= SIDE / 2)));

  expect(left.places.subarray(0, 40)).toContain(1);
  expect(right.places.subarray(0, 40)).toContain(-1);
});

test('a signature has 40 different places of each channel, never that of the average', async () => {
  const { places } = await signatureOfPhoto(await scene(1));

  for (const channel of [0, 40, 80]) {
    const own = [...places.subarray(channel, channel + 40)];
    expect(new Set(own.map(Math.abs)).size).toBe(40);
    expect(own).toEqual(own.toSorted((a, b) => a - b));
    expect(own).not.toContain(0);
  }
});

test('a signature comes back from its bytes as it was', async () => {
  const signature = await signatureOfPhoto(await scene(2));

  const bytes = encodeSignature(signature);

  expect(bytes).toHaveLength(252);
  expect(decodeSignature(bytes)).toEqual(signature);
});

test('bytes of another length are no signature', () => {
  expect(() => decodeSignature(Buffer.alloc(251))).toThrow(
    expect.objectContaining({ code: 'corrupt_signature', retryable: false }),
  );
});

test('the hash is as IQDB writes it', () => {
  const signature = {
    averages: Float32Array.of(0.5, -0.25, 0),
    places: Int16Array.from({ length: 120 }, (_, at) => (at === 0 ? -3457 : at)),
  };

  // -3457 is f27f as 16 bits.
  expect(iqdbHash(signature)).toMatch(
    /^iqdb_3fe0000000000000bfd00000000000000000000000000000f27f00010002/,
  );
  expect(iqdbHash(signature)).toHaveLength(5 + 2 * (24 + 240));
});
