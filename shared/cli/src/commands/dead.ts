import type { Priority } from '@shared/contracts';
import type { BulkOutcome, DeadLetter, DeadLetters, Selection } from '@shared/queue';
import { defineCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { UsageError } from '../errors/usage-error.ts';
import { FILTER, filterOf } from '../filter-options.ts';
import { openDeadLetters } from '../open-dead-letters.ts';
import type { Options } from '../options.ts';
import { PAGE, readPages } from '../page-options.ts';
import { alignColumns } from '../table.ts';
import { readDuration, readWhole } from '../values.ts';

const OPTIONS = {
  ...FILTER,
  id: {
    type: 'string',
    multiple: true,
    takes: '<id>',
    help: 'Redrive or delete this job; may be given several times.',
  },
  all: { type: 'boolean', help: 'Redrive or delete every one of them.' },
  'dry-run': { type: 'boolean', short: 'n', help: 'Only say what would be done.' },
  priority: { type: 'string', takes: '<name|0-9>', help: 'Redriven with this priority.' },
  attempts: { type: 'string', takes: '<n>', help: 'Redriven with so many tries.' },
  spread: { type: 'string', takes: '<time>', help: 'Redriven over this time, not all at once.' },
  ...PAGE,
  json: { type: 'boolean', help: 'As JSON.' },
} as const;

export const deadCommand = defineCommand({
  name: 'dead',
  summary: 'List, count, redrive or delete the jobs that failed for good.',
  positionals: ['<list|count|redrive|delete>'],
  options: OPTIONS,
  notes: `All options that say which must fit. What was cancelled or expired is meant only with --code cancelled
or --code expired. A redriven job begins anew and keeps its history; a quarantined one runs alone.

  taskyard dead redrive --task emails.send-receipt --error ECONNREFUSED --spread 10m --dry-run

Exit code 1 if a job of --id was not touched.`,

  async run({ options, positionals: [verb = ''], ...context }) {
    const act = verbs[verb];
    if (act === undefined) throw new UsageError(`dead letters cannot be told "${verb}"`, 'dead');
    await using deadLetters = openDeadLetters(context);
    return await act(deadLetters, options, context);
  },
});

type DeadOptions = Options<typeof OPTIONS>;

type Verb = (
  deadLetters: DeadLetters,
  options: DeadOptions,
  context: Context,
) => Promise<number | void>;

const list: Verb = async (deadLetters, options, { print, warn }) => {
  const filter = filterOf(options);
  const { items, cursor } = await readPages(options, async (page) => {
    const found = await deadLetters.list(filter, page);
    return { items: found.deadLetters, cursor: found.cursor };
  });
  if (options.json === true) {
    print(JSON.stringify({ deadLetters: items, cursor }, null, 2));
    return;
  }
  if (items.length === 0) warn('No dead letter is like that.');
  else print(alignColumns([HEADINGS, ...items.map(rowOf)]).join('\n'));
  if (cursor !== null) warn(`There may be more: --cursor ${cursor}`);
};

const HEADINGS = ['job', 'task', 'failed', 'attempts', 'code', 'reason'];

const rowOf = ({ jobId, task, failedAt, attempts, code, reason, quarantined }: DeadLetter) => [
  jobId,
  task,
  failedAt.toISOString(),
  String(attempts),
  quarantined ? `${code} (quarantined)` : code,
  reason.split('\n')[0] ?? '',
];

const count: Verb = async (deadLetters, options, { print }) => {
  print(String(await deadLetters.count(filterOf(options))));
};

const redrive: Verb = async (deadLetters, options, context) => {
  const { priority, attempts, spread } = options;
  const outcome = await deadLetters.redrive(selectionOf(options), {
    dryRun: options['dry-run'] === true,
    ...(priority === undefined ? {} : { priority: priorityOf(priority) }),
    ...(attempts === undefined ? {} : { attempts: readWhole('attempts', attempts) }),
    ...(spread === undefined ? {} : { spreadMs: readDuration('spread', spread) }),
  });
  return report('redriven', outcome, options, context);
};

const remove: Verb = async (deadLetters, options, context) => {
  const dryRun = options['dry-run'] === true;
  const outcome = await deadLetters.delete(selectionOf(options), { dryRun });
  return report('deleted', outcome, options, context);
};

const verbs: Readonly<Record<string, Verb>> = { list, count, redrive, delete: remove };

/** @throws {UsageError} for a bulk command that names nothing, or both ids and a filter. */
const selectionOf = (options: DeadOptions): Selection => {
  const filter = filterOf(options);
  const isFiltered = Object.keys(filter).length > 0;
  const { id: ids } = options;
  if (ids !== undefined && isFiltered) {
    throw new UsageError('--id and a filter are given both', 'dead');
  }
  if (ids !== undefined) return ids;
  if (isFiltered || options.all === true) return filter;
  throw new UsageError('that is every dead letter; add --all if you mean it', 'dead');
};

// The queue refuses what is no priority, and names those there are.
const priorityOf = (text: string): Priority =>
  (/^\d$/.test(text) ? Number(text) : text) as Priority;

const REASONS = {
  gone: 'it is no dead letter',
  inputs_missing: 'it failed since a job it waited for did; redrive that one',
  unique_key_held: 'another job holds its unique key',
} as const;

const report = (
  done: string,
  { dryRun, jobs, skipped }: BulkOutcome,
  { id: ids, json = false }: DeadOptions,
  { print, warn }: Context,
): number => {
  if (json) {
    print(JSON.stringify({ dryRun, jobs, skipped }, null, 2));
  } else {
    const rows = jobs.map(({ jobId, task, code }) => [jobId, task, code]);
    if (dryRun && rows.length > 0) print(alignColumns(rows).join('\n'));
    const jobsText = `${jobs.length} ${jobs.length === 1 ? 'job' : 'jobs'}`;
    print(dryRun ? `${jobsText} would be ${done}.` : `${jobsText} ${done}.`);
    for (const { jobId, reason, heldBy } of skipped) {
      warn(`${jobId} is left: ${REASONS[reason]}${heldBy === undefined ? '' : ` (${heldBy})`}.`);
    }
  }
  return ids !== undefined && skipped.length > 0 ? 1 : 0;
};
