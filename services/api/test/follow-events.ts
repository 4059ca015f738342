export type SentEvent = {
  event: string;
  id?: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- What a test expects of it, it asserts.
  data: any;
};

/** Reads the server-sent events of a job, as https://html.spec.whatwg.org/multipage/server-sent-events.html has it. */
export const followEvents = (url: string, jobId: string, { token }: { token: string }) =>
  followStream(`${url}/jobs/status/${jobId}/events`, { authorization: `Bearer ${token}` });

/** The same of any address. */
export const followStream = async (address: string, headers: Record<string, string>) => {
  const leave = new AbortController();
  const response = await fetch(address, {
    headers,
    signal: leave.signal,
  });
  if (!response.ok || response.body === null) throw new Error(`no stream: ${response.status}`);
  const blocks = blocksOf(response.body);
  const seen: SentEvent[] = [];

  const next = async (): Promise<'end' | 'comment' | SentEvent> => {
    const { value, done } = await blocks.next();
    if (done === true) return 'end';
    if (value.startsWith(':')) return 'comment';
    const event = parse(value);
    seen.push(event);
    return event;
  };
  const until = async (matches: (item: 'end' | 'comment' | SentEvent) => boolean) => {
    for (;;) {
      const item = await next();
      if (matches(item)) return;
      if (item === 'end') throw new Error(`the stream ended after ${JSON.stringify(seen)}`);
    }
  };
  return {
    headers: response.headers,
    until: (matches: (event: SentEvent) => boolean) =>
      until((item) => typeof item !== 'string' && matches(item)),
    untilComment: () => until((item) => item === 'comment'),
    /** All events there were, once the server has ended the stream. */
    toEnd: async () => {
      await until((item) => item === 'end');
      return seen;
    },
    [Symbol.asyncDispose]: async () => leave.abort(),
  };
};

const blocksOf = async function* (body: ReadableStream<Uint8Array>): AsyncGenerator<string, void> {
  let rest = '';
  for await (const text of body.pipeThrough(new TextDecoderStream())) {
    const blocks = `${rest}${text}`.split('\n\n');
    rest = blocks.pop() ?? '';
    yield* blocks;
  }
};

const parse = (block: string): SentEvent => {
  const fields = Object.fromEntries(
    block.split('\n').map((line) => {
      const colon = line.indexOf(': ');
      return [line.slice(0, colon), line.slice(colon + 2)];
    }),
  );
  const id = fields['id'];
  return {
    event: fields['event'] ?? '',
    ...(id === undefined ? {} : { id }),
    data: JSON.parse(fields['data'] ?? 'null'),
  };
};
