import { type Canvas, chain, defineTask, group } from '@shared/contracts';
import { implement } from '@shared/queue';
import { eventually } from '@shared/testing';
import { startPlatform } from '@shared/testing/platform';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { createFollowers, idle, mourn, note, speak, speaking } from './tasks.ts';

const length = defineTask({
  name: 'talk.length',
  queue: 'talk',
  payload: z.strictObject({ of: z.unknown() }),
  result: z.number(),
});
const measuring = implement(length, ({ of }) => JSON.stringify(of).length);
const tasks = [speak, length];
const followUps = {
  onSuccess: { task: note, payload: { by: 'flow' }, input: 'heard' },
  onFailure: mourn,
};

test.for<{ flow: string; canvas: Canvas; heard: unknown }>([
  {
    flow: 'a chain',
    canvas: chain(speak.s({ words: 'hi' }), length.s({}, { input: 'of' })),
    heard: 25,
  },
  {
    flow: 'a group',
    canvas: group([speak.s({ words: 'a' }), speak.s({ words: 'b' })]),
    heard: [
      { said: 'a', attempt: 1 },
      { said: 'b', attempt: 1 },
    ],
  },
])('what follows $flow takes its result', async ({ canvas, heard }) => {
  const { seen, handlers } = createFollowers();
  await using platform = await startPlatform({ handlers: [speaking, measuring, ...handlers] });

  const flow = await platform.producer.enqueueFlow(canvas, { tasks, ...followUps });
  await flow.result();
  await eventually(() => expect(seen).toHaveLength(1));
  await idle(platform);

  expect(seen).toMatchObject([{ task: 'ears.note', payload: { by: 'flow', heard } }]);
});

test.for<{ part: string; canvas: Canvas; code: string }>([
  {
    part: 'its first step',
    canvas: chain(speak.s({ words: 'hi', final: true }), length.s({}, { input: 'of' })),
    code: 'child_failed',
  },
  {
    part: 'its last step',
    canvas: chain(length.s({ of: 1 }), speak.s({ words: 'hi', final: true })),
    code: 'lost_voice',
  },
  {
    part: 'one of its members',
    canvas: group([speak.s({ words: 'a' }), speak.s({ words: 'b', final: true })]),
    code: 'child_failed',
  },
])('a flow of which $part fails is followed as failed', async ({ canvas, code }) => {
  const { seen, handlers } = createFollowers();
  await using platform = await startPlatform({ handlers: [speaking, measuring, ...handlers] });

  const flow = await platform.producer.enqueueFlow(canvas, { tasks, ...followUps });
  await eventually(() => expect(seen).toHaveLength(1));
  await idle(platform);

  expect(seen).toMatchObject([
    { task: 'ears.mourn', payload: { jobId: flow.id, error: { code } } },
  ]);
});

test('a flow that is cancelled is followed as cancelled', async () => {
  const { seen, handlers } = createFollowers();
  await using platform = await startPlatform({ handlers: [speaking, measuring, ...handlers] });
  const canvas = chain(
    speak.s({ words: 'hi' }, { delayMs: 60_000 }),
    length.s({}, { input: 'of' }),
  );

  const flow = await platform.producer.enqueueFlow(canvas, { tasks, ...followUps });
  await flow.cancel('no longer');
  await eventually(() => expect(seen).toHaveLength(1));
  await idle(platform);

  expect(seen).toMatchObject([
    { task: 'ears.mourn', payload: { jobId: flow.id, error: { code: 'cancelled' } } },
  ]);
});
