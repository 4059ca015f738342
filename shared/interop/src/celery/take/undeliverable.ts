import { isQueueName } from '@shared/contracts';
import type { Undeliverable } from '@shared/queue';
import type { Envelope } from '../message/envelope.ts';
import type { Delivery } from './unacked.ts';

/** More of a message than this is not kept: its beginning and its size say what it was. */
const MAX_KEPT = 8 * 1024 * 1024;

/** The bytes of a message as they lay in the queue, whatever take.lua had to wrap them in. */
export const rawOf = ({ message }: Delivery, envelope: Envelope | undefined): Buffer =>
  envelope?.headers.get('taskyard_raw') === true
    ? Buffer.from(envelope.body, 'base64')
    : Buffer.from(message);

/** A message that cannot become a job, as a dead letter. */
export const undeliverable = (
  delivery: Delivery,
  { task, code, reason, raw }: { task: string; code: string; reason: string; raw: Buffer },
): Undeliverable => ({
  task: /^[^\s:]{1,200}$/.test(task) ? task : 'celery.unreadable',
  queue: isQueueName(delivery.queue) ? delivery.queue : 'celery',
  origin: 'celery',
  code,
  reason,
  payload: {
    raw: raw.subarray(0, MAX_KEPT).toString('base64'),
    bytes: raw.length,
    queue: delivery.queue,
  },
});
