import { defineCommand } from '../command.ts';
import { openProducer } from '../open-producer.ts';

export const cancelCommand = defineCommand({
  name: 'cancel',
  summary: 'Cancel a job that has not ended, on whatever host it runs.',
  positionals: ['<id>'],
  options: { reason: { type: 'string', help: 'Kept with the job.' } },
  notes: 'Exit code 1 if the job had ended in another way before.',

  async run({ options, positionals: [id = ''], ...context }) {
    await using producer = openProducer(context);
    const job = await producer.jobById(id);

    const cancelled = await job.cancel(options.reason);
    const status = await job.status();

    if (status === 'cancelled') {
      context.print(cancelled ? `${id} is cancelled.` : `${id} was cancelled before.`);
      return 0;
    }
    if (!cancelled) {
      context.warn(`${id} had ended already: it is ${status}.`);
      return 1;
    }
    context.print(`${id} is running; its worker was told to stop it.`);
    return 0;
  },
});
