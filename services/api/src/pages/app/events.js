const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;

/**
 * Follows a stream of server-sent events until `signal` aborts or `onEvent` returns false; one that
 * breaks off is asked for again from the event after the last that was seen. EventSource cannot send
 * who is signed in, and its address would then have to.
 *
 * @param options.onState told true while the stream is open, false while it is not.
 */
export const followEvents = async (api, path, { onEvent, onState = () => {}, signal }) => {
  let lastId;
  let waitMs = FIRST_WAIT_MS;
  while (!signal.aborted) {
    try {
      const headers = lastId === undefined ? {} : { 'last-event-id': lastId };
      const { body } = await api.open(path, { headers, signal });
      onState(true);
      waitMs = FIRST_WAIT_MS;
      for await (const event of eventsOf(body)) {
        if (event.id !== undefined) lastId = event.id;
        if (onEvent(event) === false) return;
      }
    } catch (error) {
      // A refusal stays one however often it is asked for.
      if (!signal.aborted && error.status >= 400 && error.status < 500) throw error;
    }
    onState(false);
    await pause(waitMs, signal);
    waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
  }
};

async function* eventsOf(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const blocks = (rest + value).split('\n\n');
      rest = blocks.pop();
      yield* blocks.map(parse).filter(({ data }) => data !== undefined);
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

const parse = (block) => {
  const fields = Object.fromEntries(
    block
      .split('\n')
      .map((line) => /^(\w+): ?(.*)$/.exec(line))
      .filter(Boolean)
      .map(([, name, value]) => [name, value]),
  );
  const data = fields.data === undefined ? undefined : JSON.parse(fields.data);
  return { event: fields.event, id: fields.id, data };
};

const pause = (ms, signal) =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
