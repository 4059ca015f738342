import { createProducer, type EnqueueOptions } from '@shared/queue';
import { testRedisUrl, uniquePrefix } from '@shared/testing';
import { expect, test } from 'vitest';
import { hear, note, script, speak } from './tasks.ts';

const many = Array.from({ length: 21 }, () => ({ task: note, payload: { by: 'Ada' } }));
const large = { task: note, payload: { by: 'x'.repeat(140_000) } };

test.for<{ what: string; options: unknown; error: object }>([
  {
    what: 'a payload that does not fit',
    options: { onSuccess: { task: note, payload: { by: 3 } } },
    error: { code: 'invalid_payload', path: 'by' },
  },
  {
    what: 'a payload that does not fit beside its input',
    options: { onFailure: { task: note, payload: {}, input: 'heard' } },
    error: { code: 'invalid_payload', path: 'by' },
  },
  {
    what: 'an input that the task has no field for',
    options: { onSuccess: { task: note, payload: { by: 'Ada' }, input: 'nose' } },
    error: { code: 'invalid_option', path: 'input' },
  },
  {
    what: 'an option that no follow-up has',
    options: { onSuccess: { task: note, payload: { by: 'Ada' }, options: { unique: {} } } },
    error: { code: 'invalid_option', path: 'onSuccess' },
  },
  {
    what: 'no task',
    options: { onFailure: { task: 'ears.note', payload: { by: 'Ada' } } },
    error: { code: 'invalid_option', path: 'onFailure' },
  },
  {
    what: 'a task that takes arguments, without any',
    options: { onSuccess: script },
    error: { code: 'invalid_option', path: 'onSuccess' },
  },
  {
    what: 'more than 20 tasks',
    options: { onSuccess: many },
    error: { code: 'invalid_option', path: 'onSuccess' },
  },
  {
    what: 'payloads that no job should carry about',
    options: { onSuccess: [large, hear] },
    error: { code: 'payload_too_large' },
  },
])('$what: refused before anything is written', async ({ options, error }) => {
  await using producer = createProducer({ redisUrl: testRedisUrl(), prefix: uniquePrefix() });

  const refused = producer.enqueue(speak, { words: 'hi' }, options as EnqueueOptions);

  await expect(refused).rejects.toMatchObject(error);
  expect((await producer.queueCounts())['talk']).toBeUndefined();
});
