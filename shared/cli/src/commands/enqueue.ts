import { type Priority, taskNamed } from '@shared/contracts';
import type { EnqueueOptions } from '@shared/queue';
import { defineCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { InvalidJsonError } from '../errors/invalid-json-error.ts';
import { INCLUDE, knownTasks } from '../known-tasks.ts';
import type { Options } from '../options.ts';
import { openProducer } from '../open-producer.ts';
import { printResult, TIMEOUT } from '../print-result.ts';
import { readDate, readDuration, readWhole } from '../values.ts';

const OPTIONS = {
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
  tag: { type: 'string', multiple: true, help: 'For searching. May be repeated.' },
  include: INCLUDE,
  wait: { type: 'boolean', help: 'Wait for the result and print it too.' },
  timeout: TIMEOUT,
} as const;

export const enqueueCommand = defineCommand({
  name: 'enqueue',
  summary: 'Enqueue one job and print its id.',
  positionals: ['<task>', '[json]'],
  options: OPTIONS,
  notes: `The payload is {} unless told; - reads it from standard input. \`taskyard tasks\` lists what there is.

  taskyard enqueue images.create-thumbnail '{"imageId":"img_1"}' --priority high --wait`,

  async run({ options, positionals: [name = '', json = '{}'], ...context }) {
    const task = taskNamed(name, await knownTasks(options.include, context));
    const payload = await readPayload(name, json, context);
    const enqueueOptions = readOptions(options);
    await using producer = openProducer(context);

    const job = await producer.enqueue(task, payload, enqueueOptions);

    context.print(job.id);
    if (job.duplicate) context.warn(`A job ${job.id} was there before; nothing was enqueued.`);
    if (options.wait === true) await printResult(job, options.timeout, context);
  },
});

const readPayload = async (
  task: string,
  json: string,
  { readInput }: Context,
): Promise<unknown> => {
  const text = json === '-' ? await readInput() : json;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InvalidJsonError(task, error);
  }
};

/** @throws {InvalidOptionError} */
const readOptions = (given: Options<typeof OPTIONS>): EnqueueOptions => {
  const options: EnqueueOptions = {};
  if (given.id !== undefined) options.id = given.id;
  if (given.priority !== undefined) options.priority = readPriority(given.priority);
  if (given.delay !== undefined) options.delayMs = readDuration('delay', given.delay);
  if (given.at !== undefined) options.at = readDate('at', given.at);
  if (given.attempts !== undefined) options.attempts = readWhole('attempts', given.attempts);
  if (given.tag !== undefined) options.tags = given.tag;
  const expiresIn = given['expires-in'];
  if (expiresIn !== undefined) options.expiresInMs = readDuration('expires-in', expiresIn);
  return options;
};

/** Whether it is a priority is the producer's to say, which refuses what is none. */
const readPriority = (text: string): Priority =>
  (/^\d+$/.test(text) ? Number(text) : text) as Priority;
