import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { PeerFailedError } from './peer-failed-error.ts';

export type Question = { name: string; order: unknown };

type Answer = { value: unknown } | { failure: string };

type Method = (order: never) => Promise<unknown>;

/** A process of one of the two rivals, and the commands it answers, one at a time. */
export type Peer<Commands extends Record<keyof Commands, Method>> = AsyncDisposable & {
  ask<Name extends keyof Commands & string>(
    name: Name,
    order: Parameters<Commands[Name]>[0],
  ): Promise<Awaited<ReturnType<Commands[Name]>>>;
};

/** No measurement takes that long; a process that does hangs. */
const ANSWER_TIMEOUT_MS = 60_000;

/**
 * Starts a process from a module beside this one.
 *
 * @throws {PeerFailedError} if it does not come up; so does `ask` if it fails, ends or hangs.
 */
export const startPeer = async <Commands extends Record<keyof Commands, Method>>(
  module: string,
  redisUrl: string,
): Promise<Peer<Commands>> => {
  return talkTo<Commands>(module, fork(new URL(module, import.meta.url), [redisUrl]));
};

/**
 * Makes a peer of a process that was started with an `ipc` channel and answers on it, in whatever
 * language.
 *
 * @param name what it is called when it fails.
 */
export const talkTo = async <Commands extends Record<keyof Commands, Method>>(
  name: string,
  child: ChildProcess,
): Promise<Peer<Commands>> => {
  const ended = once(child, 'exit');

  const answer = () =>
    new Promise<unknown>((resolve, reject) => {
      const fail = (why: string) => settle(() => reject(new PeerFailedError(name, why)));
      const timer = setTimeout(() => fail('it did not answer in time'), ANSWER_TIMEOUT_MS);
      const onMessage = (message: unknown) => {
        const told = message as Answer; // Only serveCommands writes to this channel.
        if ('failure' in told) fail(told.failure);
        else settle(() => resolve(told.value));
      };
      const onExit = (code: number | null) => fail(`it ended with exit code ${code}`);
      const settle = (how: () => void) => {
        clearTimeout(timer);
        child.off('message', onMessage).off('exit', onExit);
        how();
      };
      child.on('message', onMessage).on('exit', onExit);
    });

  const stop = async () => {
    if (child.connected) child.disconnect();
    const timer = setTimeout(() => child.kill('SIGKILL'), 5_000);
    await ended;
    clearTimeout(timer);
  };

  try {
    await answer();
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
  return {
    async ask(name, order) {
      const answered = answer();
      child.send({ name, order } satisfies Question);
      return (await answered) as never; // The child's commands are of this very type.
    },
    [Symbol.asyncDispose]: stop,
  };
};
