import { createHash, randomBytes } from 'node:crypto';
import { InvalidOptionError } from '@shared/errors';

/** Crockford's base 32 in lower case: sorts as it counts, has no look-alikes. */
const DIGITS = '0123456789abcdefghjkmnpqrstvwxyz';

const encode = (value: number, length: number): string => {
  let rest = value;
  let text = '';
  for (let i = 0; i < length; i += 1) {
    text = DIGITS.charAt(rest % 32) + text;
    rest = Math.floor(rest / 32);
  }
  return text;
};

const digitsOf = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => DIGITS.charAt(byte % 32)).join('');

/** 50 random bits: two processes that ever run for one platform do not share them. */
const PROCESS = digitsOf(randomBytes(10));

const COUNTER_DIGITS = 4;
const COUNTER_SPAN = 32 ** COUNTER_DIGITS;

let lastMs = 0;
let lastTime = '';
let counter = 0;

/**
 * A new id: 10 digits of time, 4 of a counter, 10 of this process, and the queue's name, so that ids
 * sort by time across queues and the queue can be read off the id.
 */
export const newJobId = (queue: string): string => {
  const now = Date.now();
  // A clock that steps back must not make ids go back.
  if (now > lastMs) {
    lastMs = now;
    lastTime = encode(now, 10);
    counter = 0;
  } else {
    counter += 1;
    if (counter === COUNTER_SPAN) {
      lastMs += 1;
      lastTime = encode(lastMs, 10);
      counter = 0;
    }
  }
  return `${lastTime}${encode(counter, COUNTER_DIGITS)}${PROCESS}-${queue}`;
};

/**
 * The one id of a job that another one, enqueued at `atMs`, leads to: the same for the same words, so that
 * the job is one however often it is sent.
 */
export const derivedJobId = (
  queue: string,
  atMs: number,
  words: readonly (string | number)[],
): string => {
  const digest = createHash('sha256').update(words.join('\0')).digest();
  return `${encode(atMs, 10)}${digitsOf(digest.subarray(0, 14))}-${queue}`;
};

const OWN_ID = /^[0-9a-hjkmnp-tv-z]{24}-(.+)$/;

/** The queue an id of ours names; undefined for ids that callers chose. */
export const queueOfId = (id: string): string | undefined => OWN_ID.exec(id)?.[1];

const CHOSEN_ID = /^[\w.@~+=-]{1,200}$/;

/** A job's key is the queue's key and its id: these stand there already, BullMQ's own and ours. */
const RESERVED: ReadonlySet<string> = new Set(
  `
    active completed de delayed events failed id limiter marker meta metrics paused pc
    prioritized priority repeat stalled stalled-check wait waiting waiting-children
    expiry lane-names laned lanes suspects suspects-claim tasks turn-own turns workers
  `
    .trim()
    .split(/\s+/),
);

/**
 * An id that a caller chose. Digits alone would be mistaken for BullMQ's own counters, and a colon
 * separates the parts of a key.
 *
 * @throws {InvalidOptionError}
 */
export const checkChosenId = (id: unknown, queue: string): string => {
  const fix = 'Use 1 to 200 letters, digits and _ . @ ~ + = -, and not digits alone.';
  if (typeof id !== 'string' || !CHOSEN_ID.test(id)) {
    throw new InvalidOptionError('id', `${JSON.stringify(id)} is no job id`, fix);
  }
  if (/^\d+$/.test(id)) throw new InvalidOptionError('id', `"${id}" is digits alone`, fix);
  if (RESERVED.has(id))
    throw new InvalidOptionError('id', `"${id}" names a part of the queue`, fix);
  const named = queueOfId(id);
  if (named !== undefined && named !== queue) {
    throw new InvalidOptionError('id', `"${id}" reads as an id of the queue "${named}"`, fix);
  }
  return id;
};
