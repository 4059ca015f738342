import { pruneEmailLedger } from '@shared/contracts';
import { type Database, deleteDeliveriesBefore } from '@shared/database';
import { implement } from '@shared/queue';

const DAY_MS = 86_400_000;

export const createPruneEmailLedger = ({ database }: { database: Database }) =>
  implement(pruneEmailLedger, async ({ days }, { log }) => {
    const before = new Date(Date.now() - days * DAY_MS);
    const deliveries = await deleteDeliveriesBefore(database, before);
    log.info({ deliveries, days }, 'old mail deliveries forgotten');
    return { deliveries };
  });
