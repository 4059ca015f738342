import type { HeldJobs, HeldJobView, HeldOutcome, HeldSelection } from '@shared/queue';
import { defineCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { UsageError } from '../errors/usage-error.ts';
import { openHeld } from '../open-held.ts';
import type { Options } from '../options.ts';
import { alignColumns } from '../table.ts';
import { readWhole } from '../values.ts';

const OPTIONS = {
  refused: { type: 'boolean', help: 'Only those that will never be taken as they are.' },
  limit: { type: 'string', takes: '<n>', help: 'How many to list; 100 unless told.' },
  id: {
    type: 'string',
    multiple: true,
    takes: '<id>',
    help: 'Redrive or delete this refused job; may be given several times.',
  },
  all: { type: 'boolean', help: 'Redrive or delete every refused one.' },
  json: { type: 'boolean', help: 'As JSON.' },
} as const;

type HeldOptions = Options<typeof OPTIONS>;

export const heldCommand = defineCommand({
  name: 'held',
  summary: 'List jobs that are not in their queues yet; redrive or delete refused ones.',
  positionals: ['<list|redrive|delete>'],
  options: OPTIONS,
  notes: `Jobs are held in the outbox (DATABASE_URL) until what they were enqueued with is committed and Redis is
there, and in the spool (SPOOL_DIRECTORY) while it is away. One that Redis can never take as it is, since its id
is another's, say, is refused and kept. Redriven, it is delivered anew.

Exit code 1 if no refused job has an --id.`,

  async run({ options, positionals: [verb = ''], ...context }) {
    await using held = openHeld(context);
    if (verb === 'list') return await list(held, options, context);
    if (verb === 'redrive') {
      return report('redriven', await held.redrive(selectionOf(options)), options, context);
    }
    if (verb === 'delete') {
      return report('deleted', await held.delete(selectionOf(options)), options, context);
    }
    throw new UsageError(`held jobs cannot be told "${verb}"`, 'held');
  },
});

const list = async (
  held: HeldJobs,
  { refused = false, limit, json = false }: HeldOptions,
  { print, warn }: Context,
): Promise<void> => {
  const jobs = await held.list({
    refused,
    ...(limit === undefined ? {} : { limit: readWhole('limit', limit) }),
  });
  if (json) print(JSON.stringify({ jobs, counts: await held.count() }, null, 2));
  else if (jobs.length === 0) warn(refused ? 'No job was refused.' : 'No job is held.');
  else print(alignColumns([HEADINGS, ...jobs.map(rowOf)]).join('\n'));
};

const HEADINGS = ['where', 'job', 'task', 'enqueued', 'refused'];

const rowOf = ({ where, jobId, task, enqueuedAt, refused }: HeldJobView) => [
  where,
  jobId,
  task ?? '–',
  enqueuedAt?.toISOString() ?? '–',
  refused ?? '–',
];

/** @throws {UsageError} for what names nothing. */
const selectionOf = ({ id: ids, all }: HeldOptions): HeldSelection => {
  if (ids !== undefined && all !== true) return ids;
  if (ids === undefined && all === true) return 'all';
  throw new UsageError('give --id, or --all if you mean every refused job', 'held');
};

const report = (
  done: string,
  outcome: HeldOutcome,
  { json = false }: HeldOptions,
  { print, warn }: Context,
): number => {
  const { jobs, unknown } = outcome;
  if (json) print(JSON.stringify(outcome, null, 2));
  else print(`${jobs.length} ${jobs.length === 1 ? 'job' : 'jobs'} ${done}.`);
  for (const id of unknown) warn(`No refused job is ${id}.`);
  return unknown.length > 0 ? 1 : 0;
};
