import { checkRedis } from '../checks/redis.ts';
import { checkWorkers } from '../checks/workers.ts';
import { defineCommand } from '../command.ts';
import { openProducer } from '../open-producer.ts';
import { alignColumns } from '../table.ts';

export const checkCommand = defineCommand({
  name: 'check',
  summary: 'Check Redis and that every queue has a worker.',
  positionals: [],
  options: {},
  notes: 'Exit code 1 if anything fails; a warning alone is 0.',

  async run(context) {
    await using producer = openProducer(context);
    await producer.ping();

    const findings = [
      ...(await checkRedis(producer.redis)),
      ...checkWorkers(await producer.queueCounts()),
    ];

    const rows = findings.map(({ verdict, what, found }) => [verdict, what, found]);
    context.print(alignColumns(rows).join('\n'));
    return findings.some(({ verdict }) => verdict === 'FAIL') ? 1 : 0;
  },
});
