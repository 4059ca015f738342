import { defineCommand } from '../command.ts';
import { openProducer } from '../open-producer.ts';
import { printResult, TIMEOUT } from '../print-result.ts';

export const resultCommand = defineCommand({
  name: 'result',
  summary: 'Wait for the result of a job and print it as JSON.',
  positionals: ['<id>'],
  options: { timeout: TIMEOUT },
  notes: `Exit code 1 with the reason if the job failed, was cancelled or expired; 3 if it has not ended in time.
--timeout 0 does not wait.`,

  async run({ options, positionals: [id = ''], ...context }) {
    await using producer = openProducer(context);

    await printResult(await producer.jobById(id), options.timeout, context);
  },
});
