import { type Attempt, lineOf } from '@shared/queue';

/** Tells what the hooks around its run gave along, and what they answer. */
export default async ({ act }: { act: string }, attempt: Attempt): Promise<unknown> => {
  const line = lineOf(attempt);
  if (act === 'throw a typed error') {
    throw Object.assign(new Error('with more'), { carry: () => new Uint8Array([1, 2]) });
  }
  return line === undefined ? 'alone' : { given: line.given, answer: await line.ask({ act }) };
};
