import type { Logger } from '@shared/service';
import type { CallbackKind, RqForeign } from './foreign.ts';
import type { TakenRqJob } from './redis/store.ts';
import { webhooksIn } from './webhooks.ts';
import { readCall } from './wire/call.ts';
import { type JobFields, timeoutOf } from './wire/job-fields.ts';
import type { RqSerializer } from './wire/serializer.ts';

const DEFAULT_CALLBACK_SECONDS = 60;

/** What a job of ours carries of the one that was taken. */
export const foreignOf = (
  { id, queue, execution, worker, startedAt, fields }: TakenRqJob,
  { name, serializer }: { name: string; serializer: RqSerializer },
  log: Logger,
): RqForeign => {
  const retriesLeft = fields.whole('retries_left') ?? 0;
  const retries = fields.whole('taskyard_retries') ?? retriesLeft;
  return {
    id,
    queue,
    name,
    execution,
    worker,
    serializer,
    startedAt,
    timeout: timeoutOf(fields),
    try: Math.max(retries - retriesLeft, 0) + 1,
    retriesLeft,
    returnedRetries: fields.whole('number_of_retries') ?? 0,
    enqueuedAt: fields.text('enqueued_at') ?? null,
    webhooks: webhooksIn(fields.text('webhooks'), log),
    callbackOnly: false,
    callbacks: {
      success: callbackIn(fields, 'success'),
      failure: callbackIn(fields, 'failure'),
      stopped: callbackIn(fields, 'stopped'),
    },
  };
};

const callbackIn = (fields: JobFields, kind: CallbackKind) => {
  const name = fields.text(`${kind}_callback_name`);
  if (name === undefined) return null;
  return { name, timeout: fields.whole(`${kind}_callback_timeout`) ?? DEFAULT_CALLBACK_SECONDS };
};

/** For lists of what went wrong: a call that cannot be read may still have a description. */
export const namedIn = (fields: JobFields): { name: string; serializer: RqSerializer } => {
  try {
    return readCall(fields.bytes('data') ?? new Uint8Array());
  } catch {
    const [name = 'unknown'] = /^[\w.]{1,200}/.exec(fields.text('description') ?? '') ?? [];
    return { name, serializer: 'pickle' };
  }
};
