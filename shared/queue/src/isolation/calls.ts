import type { Call, CallName, Calls, ToIsolate } from './protocol.ts';
import { receiveError } from './sent-error.ts';

/** Asks the worker for what only it can do. */
export type Ask = <Name extends CallName>(
  name: Name,
  request: Calls[Name]['request'],
) => Promise<Calls[Name]['answer']>;

export type OpenCalls = {
  ask: Ask;
  settle(message: Extract<ToIsolate, { kind: 'answer' | 'refusal' }>): void;
};

/** The requests of one run that wait for their answers. */
export const openCalls = (send: (call: number, what: Call) => void): OpenCalls => {
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let last = 0;
  return {
    ask: (name, request) => {
      const call = (last += 1);
      const answer = Promise.withResolvers<unknown>();
      // Name and request belong together by the type of `ask`, which a union cannot say.
      send(call, { name, request } as Call);
      waiting.set(call, answer);
      return answer.promise;
    },
    settle: (message) => {
      const answer = waiting.get(message.call);
      waiting.delete(message.call);
      if (message.kind === 'answer') answer?.resolve(message.answer);
      else answer?.reject(receiveError(message.error));
    },
  };
};
