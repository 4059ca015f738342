import { Worker } from 'node:worker_threads';
import { TypesetterLostError } from '../errors/typesetter-lost-error.ts';
import type { ContractPage } from './contract-page.ts';
import { errorOfDiagnostics } from './diagnostics.ts';
import type { TypesetOptions } from './typesetter.ts';

export type ToThread = TypesetOptions & { page: ContractPage };

export type FromThread = { pdf: Uint8Array } | { diagnostics: string };

/** Typesets contracts in a warm thread of its own, one after the other. */
export type Typesetter = AsyncDisposable & {
  /**
   * The contract as PDF/A-2a: for archives, and tagged for screen readers.
   *
   * @param options.signal ends the thread if it is at this contract; the next one gets a new thread.
   * @throws {InvalidSignatureImageError} the image is damaged.
   * @throws {UndisplayableTextError} a character is in none of the fonts.
   * @throws {TypesetterLostError}
   */
  typeset(page: ContractPage, options: TypesetOptions & { signal: AbortSignal }): Promise<Buffer>;
};

const THREAD = new URL('typesetting-thread.ts', import.meta.url);

/** Of JavaScript's heap, which holds little more than the text of one contract. */
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 2 };

/**
 * The thread is ours rather than the platform's isolation of a whole handler: typesetting needs neither
 * database nor queue, and without them a thread takes a fifth of the memory.
 */
export const startTypesetter = (): Typesetter => {
  let thread: Worker | undefined = new Worker(THREAD, { resourceLimits: RESOURCE_LIMITS });
  let turn: Promise<unknown> = Promise.resolve();

  const ask = async (request: ToThread, signal: AbortSignal): Promise<Buffer> => {
    signal.throwIfAborted();
    const worker = (thread ??= new Worker(THREAD, { resourceLimits: RESOURCE_LIMITS }));
    const { promise, resolve, reject } = Promise.withResolvers<FromThread>();
    const lost = (reason: unknown) => {
      thread = undefined;
      void worker.terminate();
      reject(reason);
    };
    const onAbort = () => lost(signal.reason);
    const onError = (error: unknown) => lost(new TypesetterLostError(error));
    const onExit = (code: number) => lost(new TypesetterLostError(new Error(`exit code ${code}`)));
    signal.addEventListener('abort', onAbort);
    worker.on('message', resolve).on('error', onError).on('exit', onExit);
    try {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- It is no window.
      worker.postMessage(request);
      const told = await promise;
      if ('diagnostics' in told) throw errorOfDiagnostics(told.diagnostics);
      return Buffer.from(told.pdf.buffer, told.pdf.byteOffset, told.pdf.byteLength);
    } finally {
      signal.removeEventListener('abort', onAbort);
      worker.off('message', resolve).off('error', onError).off('exit', onExit);
    }
  };

  return {
    typeset(page, { signal, ...options }) {
      const mine = turn.then(() => ask({ page, ...options }, signal));
      turn = mine.catch(() => {});
      return mine;
    },
    async [Symbol.asyncDispose]() {
      await turn;
      await thread?.terminate();
    },
  };
};
