import type { JobStatus } from '@shared/contracts';
import { type JobFilter, type JobSummary, searchJobs } from '@shared/queue';
import { defineCommand } from '../command.ts';
import { loadConnection } from '../config.ts';
import { FILTER, filterOf } from '../filter-options.ts';
import { openProducer } from '../open-producer.ts';
import { PAGE, readPages } from '../page-options.ts';
import { alignColumns } from '../table.ts';

export const searchCommand = defineCommand({
  name: 'search',
  summary: 'Find jobs by task, queue, status, tag, group, error and time.',
  positionals: ['[id]'],
  options: {
    ...FILTER,
    status: {
      type: 'string',
      short: 's',
      multiple: true,
      takes: '<status>',
      help: 'In this status; may be given several times.',
    },
    ...PAGE,
    json: { type: 'boolean', help: 'As JSON.' },
  },
  notes: `A job's time is when it ended or, while it has not, was enqueued. What has not ended comes first; by
tag, group, code or error the latest comes first.

  taskyard search --tag vip --status failed --since 2d`,

  async run({ options, positionals: [id], ...context }) {
    const { status } = options;
    const filter: JobFilter = {
      ...filterOf(options),
      ...(id === undefined ? {} : { id }),
      // The search refuses what is no status, and names those there are.
      ...(status === undefined ? {} : { status: status as JobStatus[] }),
    };
    await using producer = openProducer(context);
    const { redis } = producer;
    const { prefix } = loadConnection(context);

    const { items: jobs, cursor } = await readPages(options, async (page) => {
      const found = await searchJobs({ redis, prefix }, filter, page);
      return { items: found.jobs, cursor: found.cursor };
    });

    if (options.json === true) {
      context.print(JSON.stringify({ jobs, cursor }, null, 2));
      return;
    }
    if (jobs.length === 0) context.warn('No job is like that.');
    else context.print(alignColumns([HEADINGS, ...jobs.map(rowOf)]).join('\n'));
    if (cursor !== null) context.warn(`There may be more: --cursor ${cursor}`);
  },
});

const HEADINGS = ['job', 'task', 'status', 'enqueued', 'ended', 'error'];

const rowOf = ({ jobId, task, status, enqueuedAt, finishedAt, error }: JobSummary) => [
  jobId,
  task,
  status,
  enqueuedAt.toISOString(),
  finishedAt?.toISOString() ?? '-',
  error === null ? '-' : `${error.code}: ${error.message.split('\n')[0] ?? ''}`,
];
