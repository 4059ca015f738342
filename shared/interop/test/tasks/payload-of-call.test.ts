import { definePythonTask, defineTask, sendWelcomeEmail } from '@shared/contracts';
import { payloadOfCall, PythonTypeError, resultForPython } from '@shared/interop';
import { expect, test } from 'vitest';
import { z } from 'zod';

const process = defineTask({
  name: 'video.process',
  queue: 'video',
  payload: z.strictObject({
    videoId: z.int(),
    processingOptions: z.strictObject({ maxHeight: z.int().optional() }).optional(),
    eventData: z.record(z.string(), z.unknown()).optional(),
  }),
  result: z.strictObject({ masterUrl: z.string() }),
  python: { name: 'backend.tasks.process_video', args: ['videoId', 'processingOptions'] },
});

const welcome = { userEmail: 'ada@example.com', userName: 'Ada', username: 'ada' };

test('keyword arguments in snake_case become the payload', () => {
  const kwargs = { user_email: 'ada@example.com', user_name: 'Ada', username: 'ada' };

  expect(payloadOfCall(sendWelcomeEmail, { args: [], kwargs })).toEqual(welcome);
});

test('positional arguments fill the fields in the order of the contract', () => {
  const args = ['ada@example.com', 'Ada'];

  expect(payloadOfCall(sendWelcomeEmail, { args, kwargs: { username: 'ada' } })).toEqual(welcome);
});

test('nested fields of the contract are mapped, free ones left alone', () => {
  const kwargs = {
    video_id: 7,
    processing_options: { max_height: 480 },
    event_data: { job_id: 1, nested: { user_name: 'x' } },
  };

  expect(payloadOfCall(process, { args: [], kwargs })).toEqual({
    videoId: 7,
    processingOptions: { maxHeight: 480 },
    eventData: { job_id: 1, nested: { user_name: 'x' } },
  });
});

test('None for what may be left out is left out', () => {
  const kwargs = { video_id: 7, processing_options: null };

  expect(payloadOfCall(process, { args: [], kwargs })).toEqual({ videoId: 7 });
});

test('a Python task takes the call as it comes', () => {
  const add = definePythonTask('add', { queue: 'celery' });

  expect(payloadOfCall(add, { args: [1], kwargs: { user_name: 2 } })).toEqual({
    args: [1],
    kwargs: { user_name: 2 },
  });
});

test.for([
  {
    args: [],
    kwargs: {},
    words: "process_video() missing 1 required positional argument: 'video_id'",
  },
  {
    args: [1, {}, 3],
    kwargs: {},
    words: 'process_video() takes 2 positional arguments but 3 were given',
  },
  {
    args: [1],
    kwargs: { video_id: 2 },
    words: "process_video() got multiple values for argument 'video_id'",
  },
  {
    args: [1],
    kwargs: { colour: 'red' },
    words: "process_video() got an unexpected keyword argument 'colour'",
  },
])('a call that does not fit is refused as Python would: $words', ({ args, kwargs, words }) => {
  expect(() => payloadOfCall(process, { args, kwargs })).toThrow(
    expect.objectContaining({ python: words, code: 'invalid_payload' }),
  );
});

test('a value of the wrong type is refused by the name Python knows', () => {
  let thrown: unknown;
  try {
    payloadOfCall(process, { args: ['seven'], kwargs: {} });
  } catch (error) {
    thrown = error;
  }

  expect(thrown).toBeInstanceOf(PythonTypeError);
  expect(thrown).toMatchObject({
    python: expect.stringContaining("bad value for argument 'video_id'"),
  });
});

test('results go to Python in snake_case, those of Python tasks as they are', () => {
  const add = definePythonTask('add', { queue: 'celery' });

  expect(resultForPython(process, { masterUrl: 'x' })).toEqual({ master_url: 'x' });
  expect(resultForPython(add, { masterUrl: 'x' })).toEqual({ masterUrl: 'x' });
});
