import { defineCommand } from '../command.ts';
import { WORKER_HEADINGS, workerRow } from '../fleet/worker-row.ts';
import { openFleet } from '../open-fleet.ts';
import { alignColumns } from '../table.ts';

export const workersCommand = defineCommand({
  name: 'workers',
  summary: 'List the worker processes: where they are, what they serve, how busy they are.',
  positionals: [],
  options: { json: { type: 'boolean', help: 'As JSON, with what each runs now.' } },
  notes: 'Shows what workers said last, at most 5 seconds ago; `taskyard inspect` asks them.',

  async run({ options: { json = false }, ...context }) {
    await using fleet = openFleet(context);

    const workers = await fleet.workers();

    if (json) context.print(JSON.stringify(workers, null, 2));
    else if (workers.length === 0) context.warn('No worker is there.');
    else {
      const rows = workers.map((info) => [info.id, ...workerRow(info)]);
      context.print(alignColumns([['worker', ...WORKER_HEADINGS], ...rows]).join('\n'));
    }
  },
});
