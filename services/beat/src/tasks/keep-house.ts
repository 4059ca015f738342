import { keepHouse } from '@shared/contracts';
import { implement, sweepFinishedJobs } from '@shared/queue';

export const createKeepHouse = ({ prefix }: { prefix: string }) =>
  implement(keepHouse, async (_payload, { redis, log }) => {
    const removedJobs = await sweepFinishedJobs({ redis, prefix });
    log.info({ removedJobs }, 'finished jobs swept');
    return { removedJobs };
  });
