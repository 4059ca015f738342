import type { AnyTask, Backoff } from '@shared/contracts';
import { z } from 'zod';
import { defineCommand } from '../command.ts';
import { formatDuration } from '../format-duration.ts';
import { INCLUDE, knownTasks } from '../known-tasks.ts';
import { type JsonSchema, typeOf } from '../json-schema-type.ts';
import { alignColumns } from '../table.ts';

export const tasksCommand = defineCommand({
  name: 'tasks',
  summary: 'List the tasks there are: queue, policy, and the fields of payload and result.',
  positionals: [],
  options: {
    include: INCLUDE,
    json: { type: 'boolean', help: 'As JSON, with payload and result as JSON Schema.' },
  },

  async run({ options: { include, json = false }, ...context }) {
    const tasks = await knownTasks(include, context);
    if (json) context.print(JSON.stringify(tasks.map(taskView), null, 2));
    else context.print(tasks.map(taskBlock).join('\n\n'));
  },
});

const taskView = (task: AnyTask) => {
  const { name, queue, attempts, backoff, timeoutMs, killAfterMs, keepResultMs, keepFailedMs } =
    task;
  return {
    name,
    queue,
    policy: { attempts, backoff, timeoutMs, killAfterMs, keepResultMs, keepFailedMs },
    payload: schemaOf(task.payload, 'input'),
    result: schemaOf(task.result, 'output'),
    python: task.python?.name ?? null,
  };
};

const taskBlock = (task: AnyTask): string => {
  const { name, queue, attempts, backoff, timeoutMs, keepResultMs, python } = task;
  const tries = attempts === 1 ? '1 attempt' : `${attempts} attempts, ${describeBackoff(backoff)}`;
  const rows = [
    ['queue', queue],
    [
      'policy',
      `${tries}; ${formatDuration(timeoutMs)} each; result kept ${formatDuration(keepResultMs)}`,
    ],
    ['payload', typeOf(schemaOf(task.payload, 'input'))],
    ['result', typeOf(schemaOf(task.result, 'output'))],
    ...(python === undefined ? [] : [['python', `${python.name}(${python.args.join(', ')})`]]),
  ];
  return [name, ...alignColumns(rows).map((line) => `  ${line}`)].join('\n');
};

const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): JsonSchema =>
  // Zod's own type of a JSON Schema allows plain `true` and `false` in more places than it makes them.
  z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as JsonSchema;

const describeBackoff = (backoff: Backoff): string => {
  if (backoff.type === 'list') return backoff.delaysMs.map(formatDuration).join(', ');
  const cap =
    'maxDelayMs' in backoff && backoff.maxDelayMs !== undefined
      ? ` up to ${formatDuration(backoff.maxDelayMs)}`
      : '';
  return `${backoff.type} from ${formatDuration(backoff.delayMs)}${cap}`;
};
