import type { FleetReply } from '@shared/queue';
import { defineCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { UsageError } from '../errors/usage-error.ts';
import { printReplies } from '../fleet/print-replies.ts';
import { parseRate } from '../fleet/rate-limit.ts';
import { TARGET, targetOf } from '../fleet/target.ts';
import { type Told, tellers, told } from '../fleet/tell.ts';
import { openFleet } from '../open-fleet.ts';
import type { Options } from '../options.ts';
import { readDuration } from '../values.ts';
import { cancelCommand } from './cancel.ts';

const NOTES = `  pause, resume            take no new jobs; take them again
  grow, shrink [n]         n more slots, or fewer; 1 unless told
  concurrency <n>          exactly n slots
  autoscale <max,min>|off  as many as the waiting jobs need, in between
  rate-limit <name> <jobs/time>|off
                           what a limit, or a task with one, admits over the whole fleet, as in 10/1s
  cancel <job>             stop a job, wherever it waits or runs
  shutdown [grace]         finish what can be finished in that time, then exit; needs --all for everybody

A worker that is cut off carries a command out when it is back, within 30 seconds.
Exit code 1 if a worker does not answer, or there is none.`;

const OPTIONS = {
  ...TARGET,
  all: { type: 'boolean', help: 'Really all of them, for shutdown.' },
  reason: { type: 'string', help: 'Kept with the job, for cancel.' },
} as const;

export const controlCommand = defineCommand({
  name: 'control',
  summary: 'Tell workers to pause, resume, grow, shrink, autoscale or shut down; set rates.',
  positionals: ['<command>', '[value]', '[rate]'],
  options: OPTIONS,
  notes: NOTES,

  async run({ options, positionals: [name = '', ...values], ...context }) {
    if (name === 'cancel') {
      const reason = options.reason === undefined ? [] : ['--reason', options.reason];
      return cancelCommand.run([...values, ...reason], context);
    }
    if (name === 'rate-limit') return setRate(values, context);
    return tellWorkers(name, values, options, context);
  },
});

const setRate = async ([name, rate]: readonly string[], context: Context): Promise<number> => {
  if (name === undefined || rate === undefined) {
    throw new UsageError('<name> and <jobs/time> are needed', 'control');
  }
  const rule = parseRate(rate);
  await using fleet = openFleet(context);
  await fleet.setLimit(name, rule);
  context.print(`The limit ${name} is ${rate === 'off' ? 'off' : `${rate}, fleet-wide`}.`);
  return 0;
};

const tellWorkers = async (
  name: string,
  [value, surplus]: readonly string[],
  options: Options<typeof OPTIONS>,
  context: Context,
): Promise<number> => {
  const teller = tellers[name];
  if (teller === undefined) throw new UsageError(`there is no command "${name}"`, 'control');
  if (surplus !== undefined) {
    throw new UsageError(`"${surplus}" is one argument too many`, 'control');
  }
  const command = teller(value);
  const target = targetOf(options, 'control');
  if (name === 'shutdown' && target === 'all' && options.all !== true) {
    throw new UsageError('that ends every worker; add --all if you mean it', 'control');
  }
  const timeoutMs = readDuration('timeout', options.timeout ?? '5s');
  await using fleet = openFleet(context);
  const replies = await fleet.command(target, command, { timeoutMs });
  return printReplies<Told>(replies as readonly FleetReply<Told>[], context, {
    json: options.json,
    headings: ['answer'],
    rows: (answer) => [[told(answer)]],
  });
};
