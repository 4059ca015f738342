import { expect, test } from 'vitest';
import { readEvents } from '../src/event-stream.ts';

const read = async (...chunks: (string | Uint8Array)[]) => {
  const bytes = chunks.map((chunk) => (typeof chunk === 'string' ? Buffer.from(chunk) : chunk));
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of bytes) controller.enqueue(chunk);
      controller.close();
    },
  });
  const events = [];
  for await (const event of readEvents(stream)) events.push(event);
  return events;
};

test('events are read one by one', async () => {
  const events = await read('event: status\ndata: {"a":1}\n\nevent: status\ndata: {"a":2}\n\n');

  expect(events).toEqual([
    { event: 'status', data: '{"a":1}' },
    { event: 'status', data: '{"a":2}' },
  ]);
});

test('an event may come in pieces, even in the middle of a character', async () => {
  const whole = Buffer.from('event: status\r\ndata: "Zoë"\r\n\r\n');
  const cut = whole.indexOf(0xc3) + 1;

  const events = await read(whole.subarray(0, cut), whole.subarray(cut));

  expect(events).toEqual([{ event: 'status', data: '"Zoë"' }]);
});

test.for([
  { what: 'comments', stream: ': still here\n\n', events: [] },
  { what: 'an event that was cut off', stream: 'event: status\ndata: {"a"', events: [] },
])('$what are left out', async ({ stream, events }) => {
  expect(await read(stream)).toEqual(events);
});

test('data of several lines is one text', async () => {
  expect(await read('data: one\ndata: two\n\n')).toEqual([{ event: 'message', data: 'one\ntwo' }]);
});
