import type { QueueJobJson } from '@bull-board/api/typings/app';
import { defineTask, secret } from '@shared/contracts';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { redactFlow } from '../src/board/redact-flow.ts';
import { redactJob, redactLogs } from '../src/board/redact-job.ts';

const task = defineTask({
  name: 'accounts.import',
  queue: 'accounts',
  payload: z.strictObject({
    people: z.array(z.strictObject({ name: z.string(), pin: secret(z.string()) })),
    code: secret(z.int()).optional(),
  }),
  result: z.strictObject({ key: secret(z.string()), count: z.int() }),
});

const job = (change: Partial<QueueJobJson>): QueueJobJson => ({
  id: '1',
  name: task.name,
  progress: 0,
  attemptsMade: 0,
  timestamp: 0,
  failedReason: '',
  stacktrace: [],
  data: {
    payload: { people: [{ name: 'Ada', pin: 'pin-of-ada' }], code: 471_147 },
    owner: 'somebody',
  },
  returnvalue: null,
  opts: {},
  ...change,
});

const shown = (change: Partial<QueueJobJson>) => redactJob(job(change), [task]);

test('secrets deep in a payload and in a result are replaced', () => {
  const { data, returnvalue } = shown({ returnvalue: { key: 'key-of-all', count: 3 } });

  expect(data).toEqual({ people: [{ name: 'Ada', pin: '[redacted]' }], code: '[redacted]' });
  expect(returnvalue).toEqual({ key: '[redacted]', count: 3 });
});

test('what a handler wrote about them is struck out, whatever it wrote it into', () => {
  const { failedReason, stacktrace, progress } = shown({
    failedReason: 'pin-of-ada is wrong, and so is 471147',
    stacktrace: ['Error: {"pin":"pin-of-ada"}', 'at import'],
    progress: { step: 'pin-of-ada' },
  });

  expect(failedReason).toBe('[redacted] is wrong, and so is [redacted]');
  expect(stacktrace).toEqual(['Error: {"pin":"[redacted]"}', 'at import']);
  expect(progress).toEqual({ step: '[redacted]' });
  expect(redactLogs(job({}), ['pin-of-ada', 'fine'], [task])).toEqual(['[redacted]', 'fine']);
});

test('a result’s secret is struck out of a payload that repeats it', () => {
  const data = { payload: { people: [{ name: 'key-of-all', pin: 'pin-of-ada' }] } };

  expect(shown({ data, returnvalue: { key: 'key-of-all', count: 1 } }).data).toEqual({
    people: [{ name: '[redacted]', pin: '[redacted]' }],
  });
});

test.for([
  { reason: 'the task is unknown', change: { name: 'custom.task' } },
  { reason: 'something else wrote the data', change: { data: { pin: 'pin-of-ada' } } },
])('nothing of the payload is shown when $reason', ({ change }) => {
  const { data, failedReason } = shown({ ...change, failedReason: 'pin-of-ada' });

  expect(data).toEqual({ hidden: expect.any(String) });
  expect(failedReason).toBe('[redacted]');
});

test('progress and priority are shown as the platform counts them', () => {
  expect(shown({ progress: { fraction: 0.456, message: 'half' }, priority: 6 })).toMatchObject({
    progress: 46,
    priority: 5,
  });
});

test('a flow shows no text that a handler wrote', () => {
  const node = {
    id: '1',
    name: 'accounts.import',
    state: 'failed',
    queueName: 'accounts',
  } as const;
  const child = { ...node, progress: { step: 'pin-of-ada' }, children: [] };
  const root = { ...node, progress: 7, children: [child] };

  const body = redactFlow({
    nodeId: '1',
    flowRoot: { ...root, ignoredChildFailureReasons: { '2': 'pin-of-ada' } },
  });

  expect(JSON.stringify(body)).not.toContain('pin-of-ada');
  expect(body).toMatchObject({ flowRoot: { progress: 7, children: [{ progress: 0 }] } });
});
