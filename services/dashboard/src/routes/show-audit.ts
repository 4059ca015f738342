import type { AuditEntry } from '@shared/database';
import type { RequestHandler } from 'express';
import { auditPage } from '../pages/audit-page.ts';

/** `GET /audit` shows the latest changes, as a page or, to who asks for JSON, as `{ entries }`. */
export const showAudit =
  ({ listAudit }: { listAudit: () => Promise<AuditEntry[]> }): RequestHandler =>
  async (request, response) => {
    const entries = await listAudit();
    if (request.accepts(['html', 'json']) === 'json') response.json({ entries });
    else response.send(auditPage(entries));
  };
