import { keepHouse } from '@shared/contracts';
import { implement, type PayloadStore, sweepFinishedJobs, sweepPayloads } from '@shared/queue';

export const createKeepHouse = ({
  prefix,
  payloadStore,
}: {
  prefix: string;
  payloadStore: PayloadStore;
}) =>
  implement(keepHouse, async (_payload, { redis, log }) => {
    const removedJobs = await sweepFinishedJobs({ redis, prefix });
    const removedPayloads = await sweepPayloads({ redis, prefix, payloadStore });
    log.info({ removedJobs, removedPayloads }, 'house kept');
    return { removedJobs, removedPayloads };
  });
