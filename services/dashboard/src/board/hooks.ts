import type { AfterHook, BeforeHook, HookContext } from '@bull-board/api/typings/app';
import type { Logger } from '@shared/service';
import { atLeast } from '../roles.ts';
import type { DashboardUser } from '../users.ts';
import { type Permission, permissionFor } from './permissions.ts';
import { redactFlow } from './redact-flow.ts';

/** Notes who did what to what; see `recordAudit`. */
export type Audit = (entry: {
  actor: string;
  action: string;
  target: string;
  detail: Record<string, unknown>;
}) => Promise<void>;

/**
 * Stands before every route of Bull Board: asks whether the user may, and notes it before it is done, so
 * that nothing is ever done that was not noted.
 */
export const createBefore =
  ({ user, audit, log }: { user: DashboardUser; audit: Audit; log: Logger }): BeforeHook =>
  async ({ method, route, request }) => {
    const permission = permissionFor(method, route);
    const why = refusal(user, permission);
    if (why !== undefined) {
      log.warn({ user: user.name, role: user.role, method, route }, 'dashboard action refused');
      return { allow: false, status: 403, errorKey: 'ERRORS.FORBIDDEN', message: why };
    }
    if (permission?.action === undefined) return undefined;
    const entry = { actor: user.name, action: permission.action, ...aim(request.params) };
    try {
      await audit(entry);
    } catch (error) {
      log.error({ error }, 'audit log not written');
      const message = 'Nothing was changed: the audit log cannot be written right now.';
      return { allow: false, status: 500, errorKey: 'ERRORS.INTERNAL_SERVER_ERROR', message };
    }
    log.info(entry, 'dashboard action');
    return undefined;
  };

/** Job flows come past the adapters that redact: progress and errors of children are cut down here. */
export const redactAfter: AfterHook = ({ route }, result) =>
  route.endsWith('/flow') ? { ...result, body: redactFlow(result.body) } : result;

const refusal = ({ role }: DashboardUser, permission: Permission | undefined) => {
  if (permission === undefined) return 'The dashboard does not know this action.';
  if (permission.may === 'nobody') {
    return 'Not offered here: jobs are enqueued through their contracts, schedules are code.';
  }
  return atLeast(role, permission.may) ? undefined : `This takes the role ${permission.may}.`;
};

const aim = (params: HookContext['request']['params']) => {
  const { jobId, schedulerId, queueName, queueStatus } = params as Record<string, string>;
  return {
    target: jobId ?? schedulerId ?? queueName ?? 'all queues',
    detail: {
      from: 'dashboard',
      ...(queueName === undefined ? {} : { queue: queueName }),
      ...(queueStatus === undefined ? {} : { status: queueStatus }),
    },
  };
};
