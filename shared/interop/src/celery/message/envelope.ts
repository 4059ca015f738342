import type { PickleValue } from '../../pickle/index.ts';
import { InvalidMessageError } from '../errors/invalid-message-error.ts';
import { parsePythonJson } from '../json/parse-json.ts';
import { writePythonJson } from '../json/write-json.ts';
import { dictOr, optionalText } from './fields.ts';

export type Fields = Map<string, PickleValue>;

/** One message as it lies in a Redis list. Unknown headers and properties stay as they are. */
export type Envelope = {
  /** Base64 when `properties.body_encoding` says so, else the text itself. */
  body: string;
  contentType: string | null;
  contentEncoding: string | null;
  headers: Fields;
  properties: Fields;
};

/** Where a message was sent, as kombu notes it for a restore. */
export type DeliveryInfo = {
  exchange: string;
  routingKey: string;
  /** Null when nobody says. */
  redelivered: boolean | null;
};

/**
 * Reads an entry of a queue. One without delivery info or tag, which would end a Python worker, is read
 * all the same: `deliveryInfoOf` and `deliveryTagOf` give null.
 *
 * @throws {InvalidMessageError} with fault `envelope`.
 */
export const readEnvelope = (text: string): Envelope => {
  const fields = parseEnvelope(text);
  const body = fields.get('body');
  if (typeof body !== 'string') throw new InvalidMessageError('envelope', 'it has no body');
  return {
    body,
    contentType: optionalText(fields.get('content-type')),
    contentEncoding: optionalText(fields.get('content-encoding')),
    headers: dictOr(fields.get('headers')),
    properties: dictOr(fields.get('properties')),
  };
};

const parseEnvelope = (text: string): Fields => {
  let value: PickleValue;
  try {
    value = parsePythonJson(text);
  } catch (cause) {
    throw new InvalidMessageError('envelope', 'it is no JSON', { cause });
  }
  if (value instanceof Map) return value;
  throw new InvalidMessageError('envelope', 'it is JSON, but no object');
};

/** An envelope as kombu writes it. */
export const writeEnvelope = (envelope: Envelope): string =>
  writePythonJson(envelopeValue(envelope));

const envelopeValue = ({
  body,
  contentType,
  contentEncoding,
  headers,
  properties,
}: Envelope): Fields =>
  new Map<string, PickleValue>([
    ['body', body],
    ['content-encoding', contentEncoding],
    ['content-type', contentType],
    ['headers', headers],
    ['properties', properties],
  ]);

export const deliveryInfoOf = ({ properties }: Envelope): DeliveryInfo | null => {
  const info = properties.get('delivery_info');
  if (!(info instanceof Map)) return null;
  const exchange = info.get('exchange');
  const routingKey = info.get('routing_key');
  if (typeof exchange !== 'string' || typeof routingKey !== 'string') return null;
  const redelivered = info.get('redelivered');
  return {
    exchange,
    routingKey,
    redelivered: typeof redelivered === 'boolean' ? redelivered : null,
  };
};

export const deliveryTagOf = ({ properties }: Envelope): string | null =>
  optionalText(properties.get('delivery_tag'));

/** The number that the sender gave; 0 without one. Which list it chooses is up to the priority steps. */
export const priorityOf = ({ properties }: Envelope): number => {
  const priority = properties.get('priority');
  if (typeof priority === 'number') return Math.trunc(priority);
  return typeof priority === 'string' ? Number.parseInt(priority, 10) || 0 : 0;
};

/** The entry of the `unacked` hash for a message that is held: kombu restores it from exactly this. */
export const writeUnackedEntry = (
  envelope: Envelope,
  exchange: string,
  routingKey: string,
): string => writePythonJson([envelopeValue(envelope), exchange, routingKey]);

/**
 * Reads an entry of the `unacked` hash.
 *
 * @throws {InvalidMessageError} with fault `envelope`.
 */
export const readUnackedEntry = (
  text: string,
): { envelope: Envelope; exchange: string; routingKey: string } => {
  let parts: PickleValue;
  try {
    parts = parsePythonJson(text);
  } catch (cause) {
    throw new InvalidMessageError('envelope', 'an unacked entry is no JSON', { cause });
  }
  const [envelope, exchange, routingKey] = Array.isArray(parts) ? parts : [];
  if (!(envelope instanceof Map) || typeof exchange !== 'string' || typeof routingKey !== 'string')
    throw new InvalidMessageError('envelope', 'an unacked entry is no [message, exchange, key]');
  return { envelope: readEnvelope(writePythonJson(envelope)), exchange, routingKey };
};

/** The same message on its way back to a queue, as kombu marks it. */
export const redelivered = (envelope: Envelope): Envelope => {
  const headers = new Map(envelope.headers).set('redelivered', true);
  const info = new Map(dictOr(envelope.properties.get('delivery_info'))).set('redelivered', true);
  return {
    ...envelope,
    headers,
    properties: new Map(envelope.properties).set('delivery_info', info),
  };
};

/** The same message under another delivery tag. */
export const withDeliveryTag = (envelope: Envelope, tag: string): Envelope => ({
  ...envelope,
  properties: new Map(envelope.properties).set('delivery_tag', tag),
});
