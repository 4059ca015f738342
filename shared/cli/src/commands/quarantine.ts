import { defineCommand } from '../command.ts';
import { UsageError } from '../errors/usage-error.ts';
import { openDeadLetters } from '../open-dead-letters.ts';
import { alignColumns } from '../table.ts';

export const quarantineCommand = defineCommand({
  name: 'quarantine',
  summary: 'List the tasks that kill their workers, or let one run again.',
  positionals: ['<list|lift>', '[task]'],
  options: { json: { type: 'boolean', help: 'As JSON, for list.' } },
  notes: `A quarantined task's jobs fail at once, with the code task_quarantined. Once its handler is mended:

  taskyard quarantine lift <task>
  taskyard dead redrive --task <task> --code task_quarantined

Exit code 1 if the task was not quarantined.`,

  async run({ options: { json = false }, positionals: [verb, task], ...context }) {
    if (verb !== 'list' && verb !== 'lift') {
      throw new UsageError(`there is no command "${verb ?? ''}"`, 'quarantine');
    }
    if ((verb === 'lift') !== (task !== undefined)) {
      throw new UsageError(
        verb === 'lift' ? '<task> is missing' : `"${task ?? ''}" is one argument too many`,
        'quarantine',
      );
    }
    await using deadLetters = openDeadLetters(context);

    if (task !== undefined) {
      const lifted = await deadLetters.liftQuarantine(task);
      if (lifted) context.print(`Jobs of ${task} run again.`);
      else context.warn(`${task} was not quarantined.`);
      return lifted ? 0 : 1;
    }

    const tasks = await deadLetters.quarantinedTasks();
    if (json) {
      context.print(JSON.stringify(tasks, null, 2));
    } else if (tasks.length === 0) {
      context.warn('No task is quarantined.');
    } else {
      const rows = tasks.map((found) => [
        found.task,
        found.since.toISOString(),
        String(found.crashes),
        String(found.jobs),
      ]);
      context.print(alignColumns([['task', 'since', 'crashes', 'jobs'], ...rows]).join('\n'));
    }
    return 0;
  },
});
