import { Readable } from 'node:stream';

/**
 * Reads the first `bytes` of a stream, or all of a shorter one.
 *
 * @returns them, and a stream that begins with them and goes on with the rest.
 */
export const peek = async (
  source: Readable,
  bytes: number,
): Promise<{ head: Buffer; whole: Readable }> => {
  const iterator: AsyncIterator<Buffer> = source[Symbol.asyncIterator]();
  const chunks: Buffer[] = [];
  let length = 0;
  while (length < bytes) {
    const next = await iterator.next();
    if (next.done === true) break;
    chunks.push(next.value);
    length += next.value.length;
  }
  const head = Buffer.concat(chunks);
  const rest = { [Symbol.asyncIterator]: () => iterator };
  return { head, whole: Readable.from(startingWith(head, rest), { objectMode: false }) };
};

const startingWith = async function* (head: Buffer, rest: AsyncIterable<Buffer>) {
  yield head;
  yield* rest;
};
