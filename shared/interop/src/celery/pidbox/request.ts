import type { PickleValue } from '../../pickle/index.ts';
import { InvalidMessageError } from '../errors/invalid-message-error.ts';
import { writePythonJson } from '../json/write-json.ts';
import { readEnvelope, writeEnvelope, type Fields } from '../message/envelope.ts';
import { dictOr, listOrNull, optionalNumber, optionalText } from '../message/fields.ts';
import { readBody } from '../message/read-task.ts';
import { readTags } from '../json/read-tags.ts';

/** `control_exchange` with what kombu makes of it. */
export const CONTROL_EXCHANGE = 'celery.pidbox';
export const REPLY_EXCHANGE = `reply.${CONTROL_EXCHANGE}`;

/** A command of remote control, to all workers or some. */
export type ControlRequest = {
  method: string;
  arguments: Map<string, PickleValue>;
  /** Node names; null or empty for everybody. */
  destination: string[] | null;
  pattern: string | null;
  matcher: string | null;
  /** Null for one that wants no answer. */
  reply: { ticket: string; exchange: string; routingKey: string } | null;
  /** The caller's logical clock. */
  clock: number;
  /** Milliseconds since 1970 after which nobody waits; null for never. */
  expiresMs: number | null;
};

/**
 * Reads what was published on the control channel.
 *
 * @throws {InvalidMessageError} for anything that is no command.
 */
export const readRequest = (text: string): ControlRequest => {
  const envelope = readEnvelope(text);
  const body = readBody(envelope, { accept: ['json'], maxBytes: 4 * 1024 * 1024 });
  const method = body instanceof Map ? body.get('method') : undefined;
  if (!(body instanceof Map) || typeof method !== 'string')
    throw new InvalidMessageError('body', 'a control command names no method');
  const destination = listOrNull(body.get('destination'));
  const expires = optionalNumber(envelope.headers.get('expires'));
  return {
    method,
    arguments: dictOr(readTags(body.get('arguments') ?? null)),
    destination: destination?.filter((name) => typeof name === 'string') ?? null,
    pattern: optionalText(body.get('pattern')),
    matcher: optionalText(body.get('matcher')),
    reply: readReplyTo(body),
    clock: optionalNumber(envelope.headers.get('clock')) ?? 0,
    expiresMs: expires === null || expires === 0 ? null : expires * 1000,
  };
};

const readReplyTo = (body: Fields): ControlRequest['reply'] => {
  const to = body.get('reply_to');
  if (!(to instanceof Map)) return null;
  const exchange = optionalText(to.get('exchange'));
  const routingKey = optionalText(to.get('routing_key'));
  if (exchange === null || routingKey === null) return null;
  return { ticket: optionalText(body.get('ticket')) ?? '', exchange, routingKey };
};

/** A command as Celery's `control` sends it. */
export const writeRequest = (
  request: Pick<ControlRequest, 'method'> & Partial<ControlRequest>,
  tag: string,
): string => {
  const { destination = null, pattern = null, matcher = null, reply = null } = request;
  const body = new Map<string, PickleValue>([
    ['method', request.method],
    ['arguments', request.arguments ?? new Map()],
    ['destination', destination],
    ['pattern', pattern],
    ['matcher', matcher],
  ]);
  if (reply !== null) {
    body.set('ticket', reply.ticket);
    body.set(
      'reply_to',
      new Map([
        ['exchange', reply.exchange],
        ['routing_key', reply.routingKey],
      ]),
    );
  }
  const expiresMs = request.expiresMs ?? null;
  return controlEnvelope(body, {
    headers: new Map<string, PickleValue>([
      ['clock', request.clock ?? 0],
      ['expires', expiresMs === null ? 0 : expiresMs / 1000],
    ]),
    exchange: CONTROL_EXCHANGE,
    routingKey: '',
    deliveryMode: 2,
    tag,
  });
};

/** A message of remote control, whatever its direction. */
export const controlEnvelope = (
  body: unknown,
  given: {
    headers: Fields;
    exchange: string;
    routingKey: string;
    deliveryMode: 1 | 2;
    tag: string;
  },
): string =>
  writeEnvelope({
    body: Buffer.from(writePythonJson(body)).toString('base64'),
    contentType: 'application/json',
    contentEncoding: 'utf-8',
    headers: given.headers,
    properties: new Map<string, PickleValue>([
      ['delivery_mode', given.deliveryMode],
      [
        'delivery_info',
        new Map([
          ['exchange', given.exchange],
          ['routing_key', given.routingKey],
        ]),
      ],
      ['priority', 0],
      ['body_encoding', 'base64'],
      ['delivery_tag', given.tag],
    ]),
  });
