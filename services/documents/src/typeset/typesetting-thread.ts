import { parentPort } from 'node:worker_threads';
import { textOfDiagnostics } from './diagnostics.ts';
import type { FromThread, ToThread } from './start-typesetter.ts';
import { createCompiler } from './typesetter.ts';

// The entry of the thread: one contract in, one PDF or the compiler's complaint out.
const compiler = createCompiler();

const answer = ({ page, signature, made }: ToThread): FromThread => {
  try {
    return { pdf: compiler.compile(page, { signature, made }) };
  } catch (error) {
    return { diagnostics: textOfDiagnostics(error) };
  }
};

parentPort?.on('message', (request: ToThread) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- It is no window.
  parentPort?.postMessage(answer(request));
});
