import { readReply, readRequest, type ControlRequest } from '../../src/celery/index.ts';
import type { PickleValue } from '../../src/pickle/index.ts';
import { vectors, type RecordedEnvelope, type Vector } from './vectors.ts';

const recordedIn = (
  vector: Vector,
  key: (key: string, command: string) => boolean,
): RecordedEnvelope[] =>
  vector.recorded.flatMap(({ cmd, args: [name, value] }) =>
    typeof name === 'string' && key(name, cmd) && typeof value === 'object' && 'envelope' in value
      ? [value.envelope]
      : [],
  );

export const requestsOf = (vector: Vector) =>
  recordedIn(vector, (key, cmd) => cmd === 'PUBLISH' && key.endsWith('celery.pidbox'));

export const repliesOf = (vector: Vector) =>
  recordedIn(vector, (key, cmd) => cmd === 'LPUSH' && key.includes('reply.celery.pidbox'));

/** The recordings in which somebody commands. */
export const controlled = vectors.filter((vector) => requestsOf(vector).length > 0);

/** A command, and what each worker answered. */
export type Exchange = { request: ControlRequest; replies: Map<string, PickleValue>[] };

export const exchangesOf = (vector: Vector): Exchange[] => {
  const replies = repliesOf(vector).map((envelope) => readReply(JSON.stringify(envelope)));
  return requestsOf(vector)
    .map((envelope) => readRequest(JSON.stringify(envelope)))
    .map((request) => ({
      request,
      replies: replies
        .filter(({ ticket }) => ticket === request.reply?.ticket)
        .map(({ answers }) => answers),
    }));
};
