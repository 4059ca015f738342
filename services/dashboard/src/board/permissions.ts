import type { Role } from '../roles.ts';

/** Who may use a route of Bull Board, and what doing so is called in the audit log. */
export type Permission = { may: Role | 'nobody'; action?: string };

const LOOK: Permission = { may: 'viewer' };

/**
 * Every route of Bull Board by method and pattern. One that is not listed, such as a new one of a later
 * version, nobody may use.
 *
 * Nobody adds jobs here or writes their data: that would go past the contracts, and the form for it
 * holds what the redacted view left out. A changed priority would be one that the platform does not
 * know, and schedules are code.
 */
const PERMISSIONS: Readonly<Record<string, Permission>> = {
  'get /api/redis/stats': LOOK,
  'get /api/queues': LOOK,
  'get /api/job-schedulers': LOOK,
  'get /api/queues/:queueName/metrics': LOOK,
  'get /api/queues/:queueName/default-job-options': LOOK,
  'get /api/queues/:queueName/workers': LOOK,
  'get /api/queues/:queueName/rate-limit': LOOK,
  'get /api/queues/:queueName/job-data-schema': LOOK,
  'get /api/queues/:queueName/:jobId': LOOK,
  'get /api/queues/:queueName/:jobId/logs': LOOK,
  'get /api/queues/:queueName/:jobId/flow': LOOK,

  'put /api/queues/pause': { may: 'operator', action: 'queues.pause' },
  'put /api/queues/resume': { may: 'operator', action: 'queues.resume' },
  'put /api/queues/:queueName/pause': { may: 'operator', action: 'queue.pause' },
  'put /api/queues/:queueName/resume': { may: 'operator', action: 'queue.resume' },
  'put /api/queues/:queueName/retry/:queueStatus': { may: 'operator', action: 'queue.retry' },
  'put /api/queues/:queueName/promote': { may: 'operator', action: 'queue.promote' },
  'put /api/queues/:queueName/clean/:queueStatus': { may: 'operator', action: 'queue.clean' },
  'put /api/queues/:queueName/:jobId/retry': { may: 'operator', action: 'job.retry' },
  'put /api/queues/:queueName/:jobId/promote': { may: 'operator', action: 'job.promote' },
  'put /api/queues/:queueName/:jobId/clean': { may: 'operator', action: 'job.clean' },
  'patch /api/queues/:queueName/:jobId/delay': { may: 'operator', action: 'job.delay' },

  'put /api/queues/:queueName/empty': { may: 'admin', action: 'queue.empty' },
  'put /api/queues/:queueName/obliterate': { may: 'admin', action: 'queue.obliterate' },
  'put /api/queues/:queueName/concurrency': { may: 'admin', action: 'queue.concurrency' },
  'put /api/queues/:queueName/rate-limit': { may: 'admin', action: 'queue.rate-limit' },
  'put /api/queues/:queueName/rate-limit/release': {
    may: 'admin',
    action: 'queue.rate-limit-release',
  },
  'put /api/queues/:queueName/:jobId/remove-unprocessed-children': {
    may: 'admin',
    action: 'job.remove-children',
  },
  'put /api/queues/:queueName/job-schedulers/:schedulerId/remove': {
    may: 'admin',
    action: 'scheduler.remove',
  },

  'post /api/queues/:queueName/add': { may: 'nobody' },
  'patch /api/queues/:queueName/:jobId/update-data': { may: 'nobody' },
  'patch /api/queues/:queueName/:jobId/priority': { may: 'nobody' },
  'patch /api/queues/:queueName/job-schedulers/:schedulerId': { may: 'nobody' },
  'put /api/queues/:queueName/job-schedulers/:schedulerId/run': { may: 'nobody' },
};

/** @returns undefined for a route that is not known. */
export const permissionFor = (method: string, route: string): Permission | undefined =>
  PERMISSIONS[`${method} ${route}`];
