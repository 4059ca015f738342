import { PlatformError } from '@shared/errors';
import type { Host } from '../../host/side.ts';
import { pythonException } from '../ends/python-exception.ts';
import { contextOf } from '../ends/context-of.ts';
import { readMetas } from '../ends/read-metas.ts';
import { InvalidMessageError } from '../errors/invalid-message-error.ts';
import { deliveryTagOf, type Envelope, readEnvelope } from '../message/envelope.ts';
import { readTask } from '../message/read-task.ts';
import { taskEvent } from '../events/event.ts';
import type { TaskMessage } from '../message/task-message.ts';
import type { Plan } from '../outcome/effects.ts';
import { planFailure, planRevoked, planUnknown } from '../outcome/plan-failure.ts';
import { planDeduplicated } from '../outcome/plan-success.ts';
import {
  celeryException,
  describeException,
  type PythonException,
  showException,
} from '../results/exception.ts';
import type { SideParts } from '../side/parts.ts';
import type { Held } from './held.ts';
import type { Delivery, Unacked } from './unacked.ts';
import { rawOf, undeliverable } from './undeliverable.ts';

/** What was taken, as it is read: a task to be held, or an end of its own. */
export type Receiver = {
  /** @returns nothing for a message that ends here. */
  receive(delivery: Delivery): Held | undefined;
  /** Of a message that nobody holds yet; nothing if it is one to be received. */
  peek(delivery: Delivery): Held | undefined;
  /** Ends a task that will not run, as a Python worker would have it. */
  revoke(held: Held, reason: 'expired' | 'revoked'): void;
  fail(held: Pick<Held, 'delivery' | 'message'>, exception: PythonException): void;
  /**
   * Ends a task that comes again although its SUCCESS is stored; true if it does. What it was to send and
   * did not is sent then.
   */
  wasDone(held: Held): Promise<boolean>;
  /** Fails a task that the platform does not take, and keeps its message as a dead letter. */
  refuse(held: Held, error: PlatformError): void;
  /** Resolves when all that ended here is told. */
  idle(): Promise<void>;
};

export const createReceiver = (
  parts: SideParts,
  { producer, tasks }: Host,
  unacked: Unacked,
): Receiver => {
  const { options, log } = parts;
  const open = new Set<Promise<void>>();

  /** Until it is told, the message stays held: whoever dies in between has not told. */
  const end = ({ tag }: Delivery, tell: () => Promise<void>) => {
    const ended: Promise<void> = tell()
      .then(() => unacked.ack(tag))
      .catch((error: unknown) => log.error({ error }, 'celery message could not be ended'))
      .finally(() => open.delete(ended));
    open.add(ended);
  };

  const tell = async ({ delivery, message }: Pick<Held, 'delivery' | 'message'>, plan: Plan) => {
    const source = sourceOf(message, delivery);
    await parts.tell(plan, { message, notes: { source }, context: contextOf(parts) });
  };

  const bury = async (delivery: Delivery, envelope: Envelope | undefined, error: PlatformError) => {
    const task = envelope?.headers.get('task');
    const letter = {
      task: typeof task === 'string' ? task : '',
      code: error.code,
      reason: error.why,
      raw: rawOf(delivery, envelope),
    };
    const jobId = await producer.bury(undeliverable(delivery, letter));
    log.error(
      { jobId, queue: delivery.queue, reason: error.why },
      'celery message kept as a dead letter',
    );
  };

  const tellFailure = async (
    held: Pick<Held, 'delivery' | 'message'>,
    exception: PythonException,
  ) => {
    const traceback = `${describeException(exception)}\n`;
    await tell(held, planFailure(held.message, { exception, traceback }, contextOf(parts)));
    const shown = showException(exception);
    parts.events.task('task-failed', () => taskEvent.failed(held.message.id, shown, traceback));
  };

  const unknown = (delivery: Delivery, message: TaskMessage) =>
    end(delivery, async () => {
      await tell({ delivery, message }, planUnknown(message, contextOf(parts)));
      const exception = showException(celeryException.notRegistered(message.task));
      parts.events.task('task-failed', () => taskEvent.failed(message.id, exception));
      await bury(
        delivery,
        message.envelope,
        new InvalidMessageError('task', `no task is named "${message.task}" here`),
      );
    });

  const revoke: Receiver['revoke'] = (held, reason) =>
    end(held.delivery, async () => {
      await tell(held, planRevoked(held.message, reason, contextOf(parts)));
      const how = { expired: reason === 'expired' };
      parts.events.task('task-revoked', () => taskEvent.revoked(held.message.id, how));
    });

  const read = (envelope: Envelope) => {
    if (envelope.headers.get('taskyard_raw') === true) {
      throw new InvalidMessageError('envelope', 'it is not what kombu writes');
    }
    const message = readTask(envelope, options);
    return { message, task: tasks.named(message.task) };
  };

  return {
    receive(delivery) {
      let envelope: Envelope | undefined;
      try {
        envelope = readEnvelope(delivery.message);
        const { message, task } = read(envelope);
        if (task === undefined) {
          unknown(delivery, message);
          return undefined;
        }
        const held = { delivery, message, task };
        const over = endBeforeItBegan(message, parts);
        if (over === undefined) return held;
        revoke(held, over);
      } catch (error) {
        if (!(error instanceof PlatformError)) throw error;
        end(delivery, () => bury(delivery, envelope, error));
      }
      return undefined;
    },
    peek(delivery) {
      try {
        const { message, task } = read(readEnvelope(delivery.message));
        if (task === undefined || endBeforeItBegan(message, parts) !== undefined) return undefined;
        return { delivery, message, task };
      } catch (error) {
        if (error instanceof PlatformError) return undefined;
        throw error;
      }
    },
    revoke,
    fail: (held, exception) => end(held.delivery, () => tellFailure(held, exception)),
    async wasDone(held) {
      const { message, delivery } = held;
      if (message.deliveryInfo?.redelivered !== true) return false;
      const meta = (await readMetas(parts, [message.id])).get(message.id) ?? null;
      if (meta?.state !== 'SUCCESS') return false;
      const stored = { result: meta.fields.get('result') ?? null, children: meta.children };
      end(delivery, () => tell(held, planDeduplicated(message, stored, contextOf(parts))));
      return true;
    },
    refuse: (held, error) =>
      end(held.delivery, async () => {
        await tellFailure(held, pythonException(error));
        await bury(held.delivery, held.message.envelope, error);
      }),
    async idle() {
      while (open.size > 0) await Promise.all(open);
    },
  };
};

/** Why a task will not run, as far as can be said already. */
export const endBeforeItBegan = (
  message: TaskMessage,
  { revocations }: Pick<SideParts, 'revocations'>,
): 'expired' | 'revoked' | undefined => {
  if (message.expires !== null && message.expires.epochMs < Date.now()) return 'expired';
  return revocations.has(message) ? 'revoked' : undefined;
};

/** What tells one message from another of the same id. */
export const sourceOf = (message: TaskMessage, { tag }: Delivery): string =>
  deliveryTagOf(message.envelope) ?? tag;
