import { type AnyTask, type FollowUp, type Priority, taskNamed } from '@shared/contracts';
import { InvalidOptionError } from '@shared/errors';
import type { EnqueueOptions, WhenDown } from '@shared/queue';
import { z } from 'zod';
import type { Options } from './options.ts';
import { readDate, readDuration, readWhole } from './values.ts';

/** The options of one job, as the command line has them. */
export const ENQUEUE_OPTIONS = {
  id: { type: 'string', help: 'The idempotency key: one id, one job.' },
  priority: {
    type: 'string',
    takes: '<p>',
    help: 'critical, high, default, low, or 0 (first) to 9.',
  },
  delay: { type: 'string', takes: '<time>', help: 'Do not start before, as in 10s or 500ms.' },
  at: { type: 'string', takes: '<date>', help: 'Do not start before, as in 2030-01-31T09:00:00Z.' },
  'expires-in': { type: 'string', takes: '<time>', help: 'Do not start after.' },
  attempts: { type: 'string', takes: '<n>', help: 'Tries in total.' },
  group: { type: 'string', takes: '<name>', help: 'Tenant or user: groups are served in turn.' },
  unique: {
    type: 'string',
    takes: '<key>',
    help: 'Only one job of the task with this key at a time, until it finished.',
  },
  'unique-for': { type: 'string', takes: '<time>', help: 'The key is held so long instead.' },
  'unique-until': {
    type: 'string',
    takes: '<started|finished>',
    help: 'Until when the key is held.',
  },
  tag: { type: 'string', multiple: true, help: 'For searching. May be repeated.' },
  'on-success': {
    type: 'string',
    multiple: true,
    takes: '<task>',
    help: 'Enqueued once it is complete, with its result. May be repeated.',
  },
  'on-failure': {
    type: 'string',
    multiple: true,
    takes: '<task>',
    help: 'Enqueued if it ended otherwise, with { jobId, task, error }.',
  },
  'when-down': {
    type: 'string',
    takes: '<throw|spool|inline>',
    help: 'While Redis is away: refuse, keep in SPOOL_DIRECTORY, or run here.',
  },
} as const;

/** @throws {InvalidOptionError | UnknownTaskError} */
export const readEnqueueOptions = (
  given: Options<typeof ENQUEUE_OPTIONS>,
  tasks: readonly AnyTask[],
): EnqueueOptions => {
  const options: EnqueueOptions = {};
  if (given.id !== undefined) options.id = given.id;
  if (given.priority !== undefined) options.priority = readPriority(given.priority);
  if (given.delay !== undefined) options.delayMs = readDuration('delay', given.delay);
  if (given.at !== undefined) options.at = readDate('at', given.at);
  if (given.attempts !== undefined) options.attempts = readWhole('attempts', given.attempts);
  if (given.group !== undefined) options.group = given.group;
  if (given.tag !== undefined) options.tags = given.tag;
  const expiresIn = given['expires-in'];
  if (expiresIn !== undefined) options.expiresInMs = readDuration('expires-in', expiresIn);
  const unique = readUnique(given);
  if (unique !== undefined) options.unique = unique;
  const whenDown = given['when-down'];
  if (whenDown !== undefined) options.whenDown = readWhenDown(whenDown);
  const read = (option: string, texts: string[]) =>
    texts.map((text) => readFollowUp(option, text, tasks));
  const { 'on-success': onSuccess, 'on-failure': onFailure } = given;
  if (onSuccess !== undefined) options.onSuccess = read('on-success', onSuccess);
  if (onFailure !== undefined) options.onFailure = read('on-failure', onFailure);
  return options;
};

/** Whether it is a priority is the producer's to say, which refuses what is none. */
const readPriority = (text: string): Priority =>
  (/^\d+$/.test(text) ? Number(text) : text) as Priority;

const readUnique = ({
  unique: key,
  'unique-for': forTime,
  'unique-until': until,
}: Options<typeof ENQUEUE_OPTIONS>): EnqueueOptions['unique'] => {
  if (key === undefined) {
    if (forTime === undefined && until === undefined) return undefined;
    throw new InvalidOptionError('unique', 'there is no key', 'Give --unique <key> as well.');
  }
  if (forTime === undefined) return { key, until: (until ?? 'finished') as 'finished' }; // Checked by the producer.
  if (until === undefined) return { key, forMs: readDuration('unique-for', forTime) };
  throw new InvalidOptionError(
    'unique-until',
    'unique-for is given too',
    'Give one of --unique-for and --unique-until.',
  );
};

const WHEN_DOWN: ReadonlySet<string> = new Set<WhenDown>(['throw', 'spool', 'inline']);

const readWhenDown = (text: string): WhenDown => {
  if (WHEN_DOWN.has(text)) return text as WhenDown;
  throw new InvalidOptionError(
    'when-down',
    `"${text}" is none of what can be done`,
    `Use one of: ${[...WHEN_DOWN].join(', ')}.`,
  );
};

const followUpSchema = z.strictObject({
  task: z.string(),
  payload: z.unknown(),
  input: z.string().optional(),
  options: z.record(z.string(), z.unknown()).optional(),
});

/** A task's name, or what the api takes for a follow-up, as JSON. */
const readFollowUp = (option: string, text: string, tasks: readonly AnyTask[]): FollowUp => {
  if (!text.trimStart().startsWith('{')) return taskNamed(text, tasks);
  const parsed = followUpSchema.safeParse(readJson(text));
  if (!parsed.success) {
    throw new InvalidOptionError(
      option,
      `${JSON.stringify(text)} is neither a task nor what enqueues one`,
      `Give a name, or as in '{"task":"emails.send-email","payload":{…}}'.`,
    );
  }
  const { task, ...call } = parsed.data;
  // Its options are the producer's to check.
  return { ...call, task: taskNamed(task, tasks) } as FollowUp;
};

const readJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
