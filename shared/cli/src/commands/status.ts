import type { Job } from '@shared/contracts';
import { defineCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { jobBlock, jobLine, jobView } from '../job-view.ts';
import { openProducer } from '../open-producer.ts';

export const statusCommand = defineCommand({
  name: 'status',
  summary: 'Show where a job stands, with the error of every attempt.',
  positionals: ['<id>'],
  options: {
    json: { type: 'boolean', help: 'As JSON; with --watch one line for each change.' },
    watch: { type: 'boolean', short: 'w', help: 'Follow the job until it ends.' },
  },

  async run({ options: { json = false, watch = false }, positionals: [id = ''], ...context }) {
    await using producer = openProducer(context);
    const job = await producer.jobById(id);
    if (watch) {
      await follow(job, json, context);
    } else {
      const record = await job.record();
      context.print(json ? JSON.stringify(jobView(record), null, 2) : jobBlock(record));
    }
  },
});

const follow = async (job: Job, json: boolean, { print, interactive }: Context) => {
  const redraw = redrawer(print);
  for await (const record of job.changes()) {
    if (json) print(JSON.stringify(jobView(record)));
    else if (interactive) redraw(jobBlock(record));
    else print(jobLine(record));
  }
};

/** Draws each block over the one before. */
const redrawer = (print: (text: string) => void) => {
  let lines = 0;
  return (block: string) => {
    const CLEAR_FROM_HERE = '\u001B[0J';
    print(`${lines === 0 ? '' : `\u001B[${lines}A${CLEAR_FROM_HERE}`}${block}`);
    lines = block.split('\n').length;
  };
};
