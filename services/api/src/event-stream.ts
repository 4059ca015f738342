import { once } from 'node:events';
import type { Response } from 'express';

/** Begins an answer of server-sent events. */
export const openStream = (response: Response) => {
  response.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    // nginx would keep the events back until its buffer is full.
    'x-accel-buffering': 'no',
  });
  response.flushHeaders();
};

/**
 * Waits for a client that reads slowly, rather than piling up what it has not read.
 *
 * @param options.id what the client names when it asks again, in `Last-Event-ID`.
 */
export const sendEvent = async (
  response: Response,
  event: string,
  body: unknown,
  { signal, id }: { signal: AbortSignal; id?: number | string },
) => {
  const head = id === undefined ? '' : `id: ${id}\n`;
  const more = response.write(`${head}event: ${event}\ndata: ${JSON.stringify(body)}\n\n`);
  if (!more) await once(response, 'drain', { signal });
};
