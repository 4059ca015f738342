import { InvalidResultError } from '@shared/errors';
import { openChannel } from './channel.ts';
import { createIsolatedAttempt, type IsolatedAttempt } from './isolated-attempt.ts';
import { loadHandler } from './load-handler.ts';
import type { ToIsolate } from './protocol.ts';
import { receiveError, sendError } from './sent-error.ts';
import { isWorn, noteOwnMemory } from './worn.ts';

/** The program of an isolate: runs the jobs that its worker sends it, one at a time, until it is ended. */
const channel = openChannel();
let current: { run: number; isolated: IsolatedAttempt } | undefined;

channel.listen((message) => {
  switch (message.kind) {
    case 'load':
      void load(message.modules);
      break;
    case 'run':
      void run(message);
      break;
    case 'abort':
      if (current?.run === message.run) current.isolated.abort(receiveError(message.reason));
      break;
    case 'answer':
    case 'refusal':
      if (current?.run === message.run) current.isolated.settle(message);
      break;
  }
});

// Rejections that nobody handles come here too. What the isolate holds cannot be trusted any more.
process.on('uncaughtException', (error) => {
  channel.send({ kind: 'crash', error: sendError(error) }, () => process.exit(1));
});

channel.send({ kind: 'ready' });

/** Loads handlers before there is a job for them. */
const load = async (modules: readonly string[]) => {
  for (const module of modules) {
    try {
      await loadHandler(module);
    } catch (error) {
      channel.send({ kind: 'unloadable', module, error: sendError(error) });
      return;
    }
  }
  channel.send({ kind: 'loaded' });
};

const run = async (message: Extract<ToIsolate, { kind: 'run' }>) => {
  const { run, module, payload, attempt: carried, given, logLevel, memoryLimitMb } = message;
  const isolated = createIsolatedAttempt(carried, { run, given, logLevel, channel });
  current = { run, isolated };
  const worn = () => isWorn(memoryLimitMb);
  try {
    const handler = await loadHandler(module);
    noteOwnMemory();
    const result = await packed(await handler(payload, isolated.attempt), message.packer);
    await isolated.progress.flush();
    sendResult(run, carried.task, result, worn);
  } catch (error) {
    await isolated.progress.flush();
    channel.send({ kind: 'thrown', run, error: sendError(error), worn: worn() });
  }
};

/** Made by the hooks' own module, where there is one, into what can leave whole. */
const packed = async (result: unknown, packer: string | undefined): Promise<unknown> => {
  if (packer === undefined) return result;
  const { pack } = (await import(packer)) as { pack(result: unknown): unknown };
  return pack(result);
};

/** @throws {InvalidResultError} for what structured clone refuses: functions, sockets and the like. */
const sendResult = (run: number, task: string, result: unknown, worn: () => boolean) => {
  try {
    channel.send({ kind: 'result', run, result, worn: worn() });
  } catch (error) {
    const why = error instanceof Error ? error.message : 'it is no plain value';
    throw new InvalidResultError(task, '', `cannot leave its isolate: ${why}`);
  }
};
