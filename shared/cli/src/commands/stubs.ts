import { celeryStubs } from '@shared/interop/celery';
import { defineCommand } from '../command.ts';
import { UsageError } from '../errors/usage-error.ts';
import { INCLUDE, knownTasks } from '../known-tasks.ts';

export const stubsCommand = defineCommand({
  name: 'stubs',
  summary: 'Print a Python module with a typed function for every task.',
  positionals: [],
  options: {
    celery: { type: 'boolean', help: 'For programs that use Celery.' },
    include: INCLUDE,
  },
  notes: 'Example: taskyard stubs --celery > tasks.py',

  async run({ options: { celery = false, include }, ...context }) {
    if (!celery) throw new UsageError('for which library? Say --celery', 'stubs');
    context.print(celeryStubs(await knownTasks(include, context)).trimEnd());
  },
});
