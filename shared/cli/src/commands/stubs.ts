import { celeryStubs } from '@shared/interop/celery';
import { rqStubs } from '@shared/interop/rq';
import { defineCommand } from '../command.ts';
import { UsageError } from '../errors/usage-error.ts';
import { INCLUDE, knownTasks } from '../known-tasks.ts';

export const stubsCommand = defineCommand({
  name: 'stubs',
  summary: 'Print a Python module with a typed function for every task.',
  positionals: [],
  options: {
    celery: { type: 'boolean', help: 'For programs that use Celery.' },
    rq: { type: 'boolean', help: 'For programs that use RQ.' },
    include: INCLUDE,
  },
  notes: 'Example: taskyard stubs --celery > tasks.py',

  async run({ options: { celery = false, rq = false, include }, ...context }) {
    if (celery === rq) {
      throw new UsageError('for which library? Say --celery or --rq', 'stubs');
    }
    const write = celery ? celeryStubs : rqStubs;
    context.print(write(await knownTasks(include, context)).trimEnd());
  },
});
