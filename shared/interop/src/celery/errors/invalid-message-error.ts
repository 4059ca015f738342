import { PlatformError } from '@shared/errors';

/** What Celery itself does with such a message: all of them are gone from the queue afterwards. */
export type MessageFault =
  /** No JSON, or not the five parts of an envelope: a Python worker dies of it. */
  | 'envelope'
  /** The body cannot be unpacked or parsed: Celery acknowledges it and logs. */
  | 'body'
  /** A content type, charset or compression that is not accepted: Celery rejects it. */
  | 'content'
  /** It names no task, or a field of it makes no sense: Celery rejects it. */
  | 'task'
  /** Larger than allowed, packed or unpacked. */
  | 'size';

/** A message of a Celery queue that is no task; reading it again changes nothing. */
export class InvalidMessageError extends PlatformError {
  readonly code = 'invalid_celery_message';
  readonly retryable = false;
  readonly fault: MessageFault;

  constructor(fault: MessageFault, why: string, options?: ErrorOptions & { path?: string }) {
    super({ what: 'Celery message refused', why, fix: FIXES[fault] }, options);
    this.fault = fault;
  }
}

const FIXES: Readonly<Record<MessageFault, string>> = {
  envelope: 'Send what kombu sends: body, headers, properties, content-type, content-encoding.',
  body: 'Send the body as its content type, encoding and compression headers say.',
  content: 'Use the json serializer, or accept the content type here as well.',
  task: 'Send the task with apply_async, or with every field that it sets.',
  size: 'Send a reference to large values instead of the values, or raise the limit.',
};
