import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import { BLOCK } from '../src/entries.ts';
import type { Signature } from '../src/signature.ts';
import { createSimilarityIndex, type SimilarityIndex } from '../src/similarity-index.ts';
import { placeWeight } from '../src/weights.ts';
import { COPIES, cropped, meadow, randomFrom, scene, signatureOfPhoto } from './photos.ts';

const OWNER = 'ada';

const ascending = (a: number, b: number) => a - b;

/** Any signature: 120 places and three averages from nowhere. */
const anySignature = (seed: number): Signature => {
  const random = randomFrom(seed);
  const places = new Int16Array(120);
  for (let channel = 0; channel < 3; channel += 1) {
    const own = new Set<number>();
    // Squared, so that coarse features are more frequent, as they are in pictures.
    while (own.size < 40) own.add(1 + Math.floor(random() ** 4 * 16_383));
    const signed = [...own].map((place) => (random() < 0.5 ? -place : place));
    places.set(Int16Array.from(signed).sort(), channel * 40);
  }
  return { averages: Float32Array.from([random(), random() - 0.5, random() - 0.5]), places };
};

describe('among photos', () => {
  const photos = new Map<number, Buffer>();
  let index: SimilarityIndex;
  beforeAll(async () => {
    index = createSimilarityIndex();
    photos.set(1, await meadow());
    for (let number = 2; number <= 60; number += 1) photos.set(number, await scene(number));
    for (const [number, photo] of photos) {
      index.add({ number, owner: OWNER, signature: await signatureOfPhoto(photo) });
    }
  });

  const bestOf = async (copy: Buffer) => index.search(await signatureOfPhoto(copy), { limit: 2 });

  test('a photo finds itself, with a score of 100', async () => {
    for (const [number, photo] of photos) {
      expect((await bestOf(photo))[0]).toEqual({ number, score: expect.closeTo(100, 3) });
    }
  });

  test.for(COPIES)('a copy that is $what finds its photo first', async ({ make }) => {
    for (const [number, photo] of photos) {
      const [first, second] = await bestOf(await make(sharp(photo)).toBuffer());
      expect(first?.number).toBe(number);
      expect(first?.score).toBeGreaterThan(1.2 * (second?.score ?? 0));
    }
  });

  test.for([{ percent: 1 }, { percent: 2 }, { percent: 4 }])(
    'a copy without $percent % of each side finds its photo first',
    async ({ percent }) => {
      for (const [number, photo] of photos) {
        expect((await bestOf(await cropped(photo, percent / 100)))[0]?.number).toBe(number);
      }
    },
  );
});

test('the score is what the definition says', () => {
  const index = createSimilarityIndex();
  const [one, other] = [anySignature(1), anySignature(2)];
  other.places.set(one.places.subarray(0, 60)); // Half of the second channel, all of the first.
  index.add({ number: 7, owner: OWNER, signature: other });

  const [match] = index.search(one, { limit: 1 });

  const apart = [0, 1, 2].map((channel) =>
    Math.abs(one.averages[channel]! - other.averages[channel]!),
  );
  let [raw, best] = [5 * apart[0]! + 19.21 * apart[1]! + 34.37 * apart[2]!, 0];
  for (let at = 0; at < 120; at += 1) {
    const channel = Math.floor(at / 40);
    const worth = placeWeight(channel, one.places[at]!);
    best += worth;
    if (other.places.subarray(channel * 40, channel * 40 + 40).includes(one.places[at]!)) {
      raw -= worth;
    }
  }
  expect(match?.score).toBeCloseTo((-100 * raw) / best, 2);
});

test('the weights are those of the bins', () => {
  const firstRow = [1, 2, 3, 4, 5, 127].map((place) => placeWeight(0, place));
  expect(firstRow.map((weight) => Number(weight.toFixed(2)))).toEqual([
    0.83, 1.01, 0.52, 0.47, 0.3, 0.3,
  ]);
  expect(placeWeight(1, 128 * 2 + 1)).toBeCloseTo(0.44, 5);
  expect(placeWeight(2, -(128 * 127 + 127))).toBeCloseTo(0.27, 5);
});

test('a grey picture is compared by its luminance only', () => {
  const index = createSimilarityIndex();
  const grey = { ...anySignature(3), averages: Float32Array.of(0.5, 0, 0.001) };
  const tinted = { ...anySignature(4), averages: Float32Array.of(0.5, 0.3, 0.3) };
  tinted.places.set(grey.places.subarray(0, 40));
  index.add({ number: 1, owner: OWNER, signature: tinted });

  const [match] = index.search(grey, { limit: 1 });

  expect(match?.score).toBeCloseTo(100, 3);
});

test('an index finds only whom it was asked for, and nobody of an owner it does not know', () => {
  const index = createSimilarityIndex();
  const signature = anySignature(5);
  for (const [at, owner] of ['ada', 'charles', 'ada'].entries()) {
    index.add({ number: at + 1, owner, signature });
  }

  const found = (owner?: string) =>
    index.search(signature, { limit: 10, ...(owner && { owner }) }).map(({ number }) => number);

  expect([found('ada'), found('charles'), found('nobody')]).toEqual([[1, 3], [2], []]);
  expect(found().toSorted(ascending)).toEqual([1, 2, 3]);
});

test('what was removed is not found, and what is added again is found as it is now', () => {
  const index = createSimilarityIndex();
  const [before, after] = [anySignature(6), anySignature(7)];
  index.add({ number: 1, owner: OWNER, signature: before });
  index.add({ number: 2, owner: OWNER, signature: before });

  index.remove(1);
  index.remove(99);
  index.add({ number: 2, owner: OWNER, signature: after });

  expect(index.count()).toBe(1);
  expect([index.has(1), index.has(2)]).toEqual([false, true]);
  expect(index.search(after, { limit: 5 })).toEqual([{ number: 2, score: expect.closeTo(100, 3) }]);
});

test('full blocks and the open one are searched alike', { timeout: 120_000 }, () => {
  const index = createSimilarityIndex();
  const wanted = anySignature(1_000_000);
  const total = BLOCK + 3_000;
  // A few thousand signatures over and over: making each anew would only take longer.
  const pool = Array.from({ length: 2_000 }, (_, at) => anySignature(at));
  for (let number = 1; number <= total; number += 1) {
    index.add({ number, owner: OWNER, signature: pool[number % pool.length]! });
  }
  const [early, late] = [BLOCK / 2, total - 1];
  index.add({ number: early, owner: 'charles', signature: wanted });
  index.add({ number: total + 1, owner: OWNER, signature: wanted });
  index.remove(late);

  const found = index.search(wanted, { limit: 2 });
  const inFull = index.search(pool[7]!, { limit: 200 });

  expect(found.map(({ number }) => number).toSorted(ascending)).toEqual([early, total + 1]);
  expect(index.count()).toBe(total);
  const same = inFull.filter(({ score }) => score > 99.9).map(({ number }) => number);
  expect(same.length).toBeGreaterThan(30);
  expect(same.every((number) => number % pool.length === 7)).toBe(true);
});
