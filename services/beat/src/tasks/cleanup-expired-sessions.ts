import { cleanupExpiredSessions } from '@shared/contracts';
import { type Database, deleteExpiredSessions } from '@shared/database';
import { implement } from '@shared/queue';

export const createCleanupExpiredSessions = ({ database }: { database: Database }) =>
  implement(cleanupExpiredSessions, async (_payload, { log }) => {
    const deleted = await deleteExpiredSessions(database, new Date());
    log.info(deleted, 'expired sessions and password resets deleted');
    return deleted;
  });
