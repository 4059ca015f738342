import { describe, expect, test } from 'vitest';
import {
  readBody,
  readEnvelope,
  readTask,
  writeEnvelope,
  writePythonJson,
  parsePythonJson,
  InvalidMessageError,
} from '../../src/celery/index.ts';
import { messagesOf, pythonValue, vectors, withoutFloats } from './vectors.ts';

const ACCEPT = ['json', 'yaml', 'pickle', 'msgpack'] as const;

/** Messages that no Celery wrote, with JSON in another style. */
const HAND_MADE = new Set(['exec-malformed-messages', 'exec-poison-no-delivery-info']);

const isTask = (envelope: { properties: Record<string, unknown> }) =>
  !['celeryev', 'celery.pidbox', 'reply.celery.pidbox'].includes(
    String((envelope.properties['delivery_info'] as { exchange?: string } | undefined)?.exchange),
  );

describe('every recorded message', () => {
  test.for(vectors.filter((vector) => messagesOf(vector).length > 0))(
    '$name: bodies are read to what Python read, envelopes written as they were',
    (vector) => {
      for (const { envelope, body_decoded: meant } of messagesOf(vector)) {
        const text = JSON.stringify(envelope);

        const read = readEnvelope(text);

        expect(withoutFloats(parsePythonJson(writeEnvelope(read)))).toEqual(
          withoutFloats(pythonValue(envelope)),
        );
        if (!isReadable(meant)) continue;
        const body = readBody(read, { accept: ACCEPT, maxBytes: 1_000_000 });
        expect(withoutFloats(body)).toEqual(withoutFloats(pythonValue(meant)));
        if (read.contentType !== 'application/json' || read.headers.has('compression')) continue;
        if (HAND_MADE.has(vector.scenario)) continue;
        // Our JSON is Python's to the byte.
        expect(Buffer.from(writePythonJson(body)).toString('base64')).toBe(envelope.body);
        if (isTask(envelope) && meant !== null && JSON.stringify(meant) !== '{}') {
          expect(readTask(read).id).not.toBe('');
        }
      }
    },
  );
});

/** YAML and pickles were recorded as what they are made of, and some bodies cannot be read at all. */
const isReadable = (meant: unknown) =>
  typeof meant !== 'string' &&
  !(
    typeof meant === 'object' &&
    meant !== null &&
    ('$undecodable' in meant || '$binary_base64' in meant)
  );

test('yaml and pickle of the same call say the same', () => {
  const bodies = ['produce-serializer-yaml.5.6.3', 'produce-serializer-pickle.5.6.3'].map(
    (name) => {
      const vector = vectors.find((vector) => vector.name === name);
      const [message] = vector === undefined ? [] : messagesOf(vector);
      return readTask(readEnvelope(JSON.stringify(message?.envelope)), { accept: ACCEPT });
    },
  );

  for (const { args, kwargs, task } of bodies) {
    expect([task, args, kwargs]).toEqual(['lab.add', [2, 3], new Map()]);
  }
});

const envelope = (change: Record<string, unknown>) =>
  JSON.stringify({
    body: Buffer.from('[[1], {}, {}]').toString('base64'),
    'content-type': 'application/json',
    'content-encoding': 'utf-8',
    headers: { task: 'add', id: 'an-id' },
    properties: { body_encoding: 'base64' },
    ...change,
  });

const body = (json: string) => ({ body: Buffer.from(json).toString('base64') });

describe('a malformed message is refused', () => {
  test.for([
    { why: 'no JSON', text: '{', fault: 'envelope' },
    { why: 'no object', text: '[]', fault: 'envelope' },
    { why: 'no body', text: '{}', fault: 'envelope' },
    { why: 'a body that is no base64', text: envelope({ body: '***' }), fault: 'body' },
    { why: 'a body that is no JSON', text: envelope(body('[')), fault: 'body' },
    { why: 'a body that is no UTF-8', text: envelope({ body: '/w==' }), fault: 'body' },
    { why: 'a body of one part', text: envelope(body('[[]]')), fault: 'body' },
    { why: 'args that are no list', text: envelope(body('[1, {}, {}]')), fault: 'task' },
    { why: 'kwargs that are no dict', text: envelope(body('[[], 1, {}]')), fault: 'task' },
    {
      why: 'a callback without a task',
      text: envelope(body('[[], {}, {"callbacks": [{}]}]')),
      fault: 'task',
    },
    {
      why: 'an unknown tag',
      text: envelope(body('[[{"__type__": "x", "__value__": 1}], {}, {}]')),
      fault: 'body',
    },
    { why: 'no task', text: envelope({ headers: {} }), fault: 'task' },
    {
      why: 'a task that is no text',
      text: envelope({ headers: { task: 1, id: 'x' } }),
      fault: 'task',
    },
    { why: 'no id', text: envelope({ headers: { task: 'x' } }), fault: 'task' },
    {
      why: 'an eta that is no time',
      text: envelope({ headers: { task: 'x', id: 'x', eta: 'soon' } }),
      fault: 'task',
    },
    {
      why: 'an unknown content type',
      text: envelope({ 'content-type': 'application/data' }),
      fault: 'content',
    },
    {
      why: 'a pickle',
      text: envelope({ 'content-type': 'application/x-python-serialize' }),
      fault: 'content',
    },
    {
      why: 'an unknown charset',
      text: envelope({ 'content-encoding': 'klingon' }),
      fault: 'content',
    },
    {
      why: 'an unknown compression',
      text: envelope({ headers: { task: 'x', id: 'x', compression: 'application/x-lz4' } }),
      fault: 'content',
    },
    {
      why: 'a body that does not unpack',
      text: envelope({ headers: { task: 'x', id: 'x', compression: 'application/x-gzip' } }),
      fault: 'body',
    },
    { why: 'a large body', text: envelope({ body: 'A'.repeat(2_000_000) }), fault: 'size' },
  ])('$why', ({ text, fault }) => {
    expect(() => readTask(readEnvelope(text), { maxBodyBytes: 1_000_000 })).toThrow(
      expect.objectContaining({ code: 'invalid_celery_message', retryable: false, fault }),
    );
  });

  test('depth without end', () => {
    const deep = `[[], {}, {"chain": [${'{"task": "celery.group", "subtask_type": "group", "kwargs": {"tasks": ['.repeat(220)}${']}}'.repeat(220)}]}]`;

    expect(() => readTask(readEnvelope(envelope(body(deep))))).toThrow(InvalidMessageError);
  });
});
