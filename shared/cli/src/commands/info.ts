import { defineCommand } from '../command.ts';
import { openProducer } from '../open-producer.ts';
import { numberTable } from '../table.ts';

export const infoCommand = defineCommand({
  name: 'info',
  summary: 'Show every queue: how many jobs in which status, how many workers.',
  positionals: [],
  options: { json: { type: 'boolean', help: 'As JSON, by queue.' } },

  async run({ options: { json = false }, ...context }) {
    await using producer = openProducer(context);

    const counts = await producer.queueCounts();

    if (json) {
      context.print(JSON.stringify(counts, null, 2));
      return;
    }
    const rows = Object.entries(counts).map(([queue, count]) => [
      queue,
      count.queued,
      count.scheduled,
      count.in_progress,
      count.waiting_children,
      count.complete,
      count.failed,
      count.workers,
    ]);
    context.print(numberTable(HEADINGS, rows));
  },
});

/** `scheduled` holds retries too; `failed` also what was cancelled or expired. */
const HEADINGS = [
  'queue',
  'queued',
  'scheduled',
  'in progress',
  'waiting children',
  'complete',
  'failed',
  'workers',
];
