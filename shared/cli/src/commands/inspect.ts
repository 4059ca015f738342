import type { Fleet, FleetTarget, WorkerInfo } from '@shared/queue';
import { defineCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { UsageError } from '../errors/usage-error.ts';
import { printReplies } from '../fleet/print-replies.ts';
import { TARGET, type TargetOptions, targetOf } from '../fleet/target.ts';
import { STATS_HEADINGS, statsRow } from '../fleet/worker-row.ts';
import { formatDuration } from '../format-duration.ts';
import { openFleet } from '../open-fleet.ts';
import { readDuration } from '../values.ts';

export const inspectCommand = defineCommand({
  name: 'inspect',
  summary: 'Ask workers how they are and what they run.',
  positionals: ['<ping|stats|active>'],
  options: TARGET,
  notes: `  ping    whether they answer
  stats   what they have done since they started, and how they fare
  active  the jobs they run now

Exit code 1 if a worker does not answer, or there is none.`,

  async run({ options, positionals: [about = ''], ...context }) {
    const question = questions[about];
    if (question === undefined) throw new UsageError(`nobody can be asked "${about}"`, 'inspect');
    const target = targetOf(options, 'inspect');
    await using fleet = openFleet(context);
    return await question(fleet, target, options, context);
  },
});

type Question = (
  fleet: Fleet,
  target: FleetTarget,
  options: TargetOptions,
  context: Context,
) => Promise<number>;

const waiting = ({ timeout }: TargetOptions) => ({
  timeoutMs: readDuration('timeout', timeout ?? '5s'),
});

const aboutStats =
  (headings: readonly string[], rows: (info: WorkerInfo) => string[][]): Question =>
  async (fleet, target, options, context) => {
    const replies = await fleet.command(target, { name: 'stats' }, waiting(options));
    return printReplies(replies, context, { json: options.json, headings, rows });
  };

const questions: Readonly<Record<string, Question>> = {
  ping: async (fleet, target, options, context) => {
    const replies = await fleet.command(target, { name: 'ping' }, waiting(options));
    return printReplies(replies, context, {
      json: options.json,
      headings: ['answer'],
      rows: ({ uptimeMs }) => [[`up ${formatDuration(uptimeMs)}`]],
    });
  },
  stats: aboutStats(STATS_HEADINGS, (info) => [statsRow(info)]),
  active: aboutStats(['job', 'task', 'queue', 'attempt', 'since'], ({ running }) =>
    running.map(({ jobId, task, queue, attempt, since }) => [
      jobId,
      task,
      queue,
      String(attempt),
      `${formatDuration(Date.now() - since.getTime())} ago`,
    ]),
  ),
};
