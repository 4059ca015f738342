import { SIDE, type Signature, signatureOf } from '@shared/similarity';

const CHANNELS = 3;
const COEFFICIENTS = 40;

/** How many pictures are really drawn; any more would share as much with each other. */
const DRAWN = 500;

/** The share of coefficients that a signature has from another picture than its own. */
const MIXED = 0.3;

/** The same numbers in every run, from 0 up to 1: a linear congruential generator. */
export const sameNumbers = (seed: number) => {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
};

/**
 * As many signatures as anybody wants, as alike as those of pictures are: what a search costs is how
 * many coefficients it shares with the images there are. Each is that of a drawn picture, mixed with
 * another one's.
 */
export const createLooks = (random: () => number): (() => Signature) => {
  const drawn = Array.from({ length: DRAWN }, () => signatureOf(draw(random)));
  const any = () => drawn[Math.floor(random() * DRAWN)]!;
  return () => {
    const [one, other] = [any(), any()];
    const places = one.places.slice();
    for (let at = 0; at < CHANNELS * COEFFICIENTS; at += 1) {
      const from = Math.floor(at / COEFFICIENTS) * COEFFICIENTS;
      const own = places.subarray(from, from + COEFFICIENTS);
      const place = other.places[at]!;
      if (random() < MIXED && !own.includes(place) && !own.includes(-place)) places[at] = place;
    }
    return { averages: one.averages.map((average) => average + random() * 0.1), places };
  };
};

/** How many of 120 coefficients two signatures share on average. */
export const sharedOnAverage = (look: () => Signature, pairs = 2_000): number => {
  let shared = 0;
  for (let pair = 0; pair < pairs; pair += 1) {
    const [one, other] = [look(), look()];
    for (let channel = 0; channel < CHANNELS; channel += 1) {
      const [from, to] = [channel * COEFFICIENTS, (channel + 1) * COEFFICIENTS];
      const places = new Set(other.places.subarray(from, to));
      for (const place of one.places.subarray(from, to)) shared += Number(places.has(place));
    }
  }
  return shared / pairs;
};

/** A gradient with shapes of all sizes in front of it, and some noise. */
const draw = (random: () => number): Uint8Array => {
  const pixels = new Uint8Array(SIDE * SIDE * CHANNELS);
  const colour = () => [random() * 255, random() * 255, random() * 255];
  const [near, far] = [colour(), colour()];
  const things = Array.from({ length: 4 + Math.floor(random() * 10) }, () => ({
    x: random() * SIDE,
    y: random() * SIDE,
    reach: 4 + random() * 30,
    round: random() < 0.5,
    colour: colour(),
  }));
  for (let at = 0; at < SIDE * SIDE; at += 1) {
    const [x, y] = [at % SIDE, Math.floor(at / SIDE)];
    const depth = (x + y) / (2 * SIDE);
    const thing = things.find(({ x: left, y: top, reach, round }) => {
      const [dx, dy] = [Math.abs(x - left), Math.abs(y - top)];
      return round ? dx * dx + dy * dy < reach * reach : Math.max(dx, dy) < reach;
    });
    for (let channel = 0; channel < CHANNELS; channel += 1) {
      const ground = near[channel]! * (1 - depth) + far[channel]! * depth;
      const value = (thing?.colour[channel] ?? ground) + (random() - 0.5) * 20;
      pixels[at * CHANNELS + channel] = Math.min(Math.max(value, 0), 255);
    }
  }
  return pixels;
};
