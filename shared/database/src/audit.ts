import { desc } from './drizzle.ts';
import { ask } from './ask.ts';
import type { Database } from './database.ts';
import { type AuditEntry, auditLog } from './tables/audit-log.ts';

/** Notes who did what to what. `detail` holds no payloads, addresses or tokens. */
export const recordAudit = async (
  database: Database,
  {
    actor,
    action,
    target,
    detail = {},
  }: Pick<AuditEntry, 'actor' | 'action' | 'target'> & {
    detail?: Record<string, unknown>;
  },
): Promise<void> => {
  await ask(database.insert(auditLog).values({ actor, action, target, detail }));
};

/** The latest entries, newest first. */
export const listAudit = (database: Database, { limit = 100 } = {}): Promise<AuditEntry[]> =>
  ask(database.select().from(auditLog).orderBy(desc(auditLog.id)).limit(limit));
