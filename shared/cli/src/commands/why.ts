import { why, type Why } from '@shared/queue';
import { defineCommand } from '../command.ts';
import { loadConnection } from '../config.ts';
import { openProducer } from '../open-producer.ts';

export const whyCommand = defineCommand({
  name: 'why',
  summary: 'Tell why a job has not started, and what to do about it.',
  positionals: ['<id>'],
  options: { json: { type: 'boolean', help: 'As JSON.' } },
  notes: `The most important reason comes first. Each is one of
  blocking  the job does not start until somebody does something
  waiting   it will start by itself
  info      nothing is in its way, or it has started already`,

  async run({ options: { json = false }, positionals: [id = ''], ...context }) {
    await using producer = openProducer(context);
    const { prefix } = loadConnection(context);

    const told = await why({ redis: producer.redis, prefix }, id);

    context.print(json ? JSON.stringify(told, null, 2) : inLines(told).join('\n'));
  },
});

const inLines = ({ jobId, task, status, reasons }: Why): string[] => [
  `${jobId} (${task}) is ${status}.`,
  ...reasons.flatMap(({ severity, message, fix }, i) => [
    `${i + 1}. ${severity.padEnd('blocking'.length)}  ${message}`,
    ...(fix === null ? [] : [`${' '.repeat('1. blocking  '.length)}${fix}`]),
  ]),
];
