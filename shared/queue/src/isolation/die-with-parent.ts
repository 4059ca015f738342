import { Worker } from 'node:worker_threads';

const LOOK_MS = 1_000;

/** Plain JavaScript: it must start fast, and evaluated code is not stripped of types. */
const WATCH = `
  const { workerData } = require('node:worker_threads');
  setInterval(() => {
    if (process.ppid === workerData.parent) return;
    process.kill(workerData.group, 'SIGKILL');
  }, workerData.lookMs);
`;

/**
 * Ends this process and what it started when its parent is gone. A killed parent closes the channel,
 * but code that keeps the event loop busy never hears of it: a thread looks.
 */
export const dieWithParent = (): void => {
  if (process.platform === 'win32') return; // There the parent's number stays, and there are no groups.
  const watch = new Worker(WATCH, {
    eval: true,
    name: 'parent watch',
    workerData: { parent: process.ppid, group: -process.pid, lookMs: LOOK_MS },
  });
  watch.unref();
};
