import type { PickleValue } from '../../pickle/index.ts';
import { InvalidMessageError } from '../errors/invalid-message-error.ts';
import { readEnvelope } from '../message/envelope.ts';
import { optionalNumber, optionalText } from '../message/fields.ts';
import { readBody } from '../message/read-task.ts';
import { showException, type PythonException } from '../results/exception.ts';
import { controlEnvelope, REPLY_EXCHANGE, type ControlRequest } from './request.ts';

/** What a node answers; to be pushed to the queues that are bound to the caller's routing key. */
export const writeReply = (
  reply: NonNullable<ControlRequest['reply']>,
  answer: { nodename: string; result: unknown; clock: number; tag: string },
): string =>
  controlEnvelope(new Map([[answer.nodename, answer.result]]), {
    headers: new Map<string, PickleValue>([
      ['ticket', reply.ticket],
      ['clock', answer.clock],
    ]),
    exchange: reply.exchange === '' ? REPLY_EXCHANGE : reply.exchange,
    routingKey: reply.routingKey,
    deliveryMode: 1,
    tag: answer.tag,
  });

/**
 * What a node answered to a command of ours.
 *
 * @throws {InvalidMessageError} for anything else.
 */
export const readReply = (
  text: string,
): { ticket: string; clock: number; answers: Map<string, PickleValue> } => {
  const envelope = readEnvelope(text);
  const body = readBody(envelope, { accept: ['json'], maxBytes: 64 * 1024 * 1024 });
  if (!(body instanceof Map)) throw new InvalidMessageError('body', 'a reply names no node');
  return {
    ticket: optionalText(envelope.headers.get('ticket')) ?? '',
    clock: optionalNumber(envelope.headers.get('clock')) ?? 0,
    answers: body,
  };
};

/** The answer of a command that raised. */
export const failedReply = (exception: PythonException) => ({ error: showException(exception) });

/** The answer to a command that nobody has. */
export const unknownCommand = (method: string) =>
  failedReply({ type: 'KeyError', module: 'builtins', args: [method] });

/** The answer to a command that lacks arguments: what Python says of such a call. */
export const missingArguments = (method: string, missing: readonly string[]) => {
  const names = missing.map((name) => `'${name}'`);
  const listed =
    names.length > 2
      ? `${names.slice(0, -1).join(', ')}, and ${names.at(-1)}`
      : names.join(' and ');
  const text = `${method}() missing ${names.length} required positional argument${names.length === 1 ? '' : 's'}: ${listed}`;
  return failedReply({ type: 'TypeError', module: 'builtins', args: [text] });
};
