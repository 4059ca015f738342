import { addAbortSignal, Readable } from 'node:stream';
import { ObjectTooLargeError } from './errors/object-too-large-error.ts';

/** A body being stored: its chunks, and what is known of it so far. */
export type Body = {
  chunks: AsyncIterable<Uint8Array>;
  bytes: number;
  /** What ended the chunks early, if it was the body or its size and not the storage. */
  failure: unknown;
};

/** Counts a body's bytes, and ends it when it grows too large or the signal aborts. */
export const openBody = (
  key: string,
  source: Readable | Uint8Array,
  {
    maxBytes = Infinity,
    signal,
  }: { maxBytes?: number | undefined; signal?: AbortSignal | undefined },
): Body => {
  const body: Body = { chunks: count(), bytes: 0, failure: undefined };

  async function* count() {
    try {
      for await (const chunk of chunksOf(source, signal)) {
        body.bytes += chunk.byteLength;
        if (body.bytes > maxBytes) throw new ObjectTooLargeError(key, maxBytes);
        yield chunk;
      }
    } catch (error) {
      body.failure = error;
      throw error;
    }
  }
  return body;
};

async function* chunksOf(
  source: Readable | Uint8Array,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  signal?.throwIfAborted();
  if (source instanceof Uint8Array) {
    yield source;
    return;
  }
  // Destroys the source on abort, which wakes the loop even if no byte ever comes.
  if (signal !== undefined) addAbortSignal(signal, source);
  for await (const chunk of source as AsyncIterable<Uint8Array | string>) {
    yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
  }
}

/** Lets go of a body that will not be read. */
export const discardBody = (source: Readable | Uint8Array): void => {
  if (source instanceof Readable) source.destroy();
};
