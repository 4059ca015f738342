/** One server-sent event. */
export type ServerEvent = { event: string; data: string };

/**
 * Reads `text/event-stream` as it comes; comments and events without data are left out.
 * See https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream.
 */
export const readEvents = async function* (
  stream: AsyncIterable<Uint8Array>,
): AsyncGenerator<ServerEvent> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of stream) {
    text += decoder.decode(chunk, { stream: true });
    const blocks = text.split(/\r?\n\r?\n/);
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const parsed = parseEvent(block);
      if (parsed.data !== '') yield parsed;
    }
  }
};

const parseEvent = (block: string): ServerEvent => {
  const fields = block.split(/\r?\n/).map((line) => /^(\w+): ?(.*)$/.exec(line));
  const valuesOf = (name: string) =>
    fields.flatMap((field) => (field?.[1] === name ? [field[2] ?? ''] : []));
  return { event: valuesOf('event').at(-1) ?? 'message', data: valuesOf('data').join('\n') };
};
