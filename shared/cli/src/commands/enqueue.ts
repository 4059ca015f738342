import { taskNamed } from '@shared/contracts';
import type { EnqueueOptions } from '@shared/queue';
import { defineCommand } from '../command.ts';
import { loadSpoolDirectory } from '../config.ts';
import type { Context } from '../context.ts';
import { ENQUEUE_OPTIONS, readEnqueueOptions } from '../enqueue-options.ts';
import { InvalidJsonError } from '../errors/invalid-json-error.ts';
import { INCLUDE, withCatalogue } from '../known-tasks.ts';
import { loadIncludes } from '../load-includes.ts';
import { openProducer } from '../open-producer.ts';
import { printResult, TIMEOUT } from '../print-result.ts';

const OPTIONS = {
  ...ENQUEUE_OPTIONS,
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

  taskyard enqueue images.create-thumbnail '{"imageId":"img_1"}' --priority high --wait

What follows may have a payload of its own, or the result in one of its fields:

  taskyard enqueue images.create-thumbnail '{"imageId":"img_1"}' \\
    --on-failure '{"task":"platform.example","payload":{"message":"no thumbnail"}}'`,

  async run({ options, positionals: [name = '', json = '{}'], ...context }) {
    const handlers = await loadIncludes(options.include ?? [], context.cwd);
    const tasks = withCatalogue(handlers);
    const task = taskNamed(name, tasks);
    const payload = await readPayload(name, json, context);
    const enqueueOptions = readEnqueueOptions(options, tasks);
    await using producer = openProducer(context, { handlers, ...spoolOf(enqueueOptions, context) });

    const job = await producer.enqueue(task, payload, enqueueOptions);

    context.print(job.id);
    if (job.duplicate) context.warn(`A job ${job.id} was there before; nothing was enqueued.`);
    if (options.wait === true) await printResult(job, options.timeout, context);
  },
});

/** A producer that has a spool empties it first: only what may need it opens it. */
const spoolOf = ({ whenDown }: EnqueueOptions, context: Context) => {
  const spoolDirectory = whenDown === 'spool' ? loadSpoolDirectory(context) : undefined;
  return spoolDirectory === undefined ? {} : { spoolDirectory };
};

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
