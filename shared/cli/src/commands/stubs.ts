import { arqStubs } from '@shared/interop/arq';
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
    arq: { type: 'boolean', help: 'For programs that use ARQ.' },
    include: INCLUDE,
  },
  notes: 'Example: taskyard stubs --celery > tasks.py',

  async run({ options: { celery, rq, arq, include }, ...context }) {
    const asked = [celery && celeryStubs, rq && rqStubs, arq && arqStubs];
    const [write, another] = asked.filter((stubs) => typeof stubs === 'function');
    if (write === undefined || another !== undefined) {
      throw new UsageError('for which library? Say --celery, --rq or --arq', 'stubs');
    }
    context.print(write(await knownTasks(include, context)).trimEnd());
  },
});
