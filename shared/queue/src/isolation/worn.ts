import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { MB } from './isolate.ts';

/** The share of the memory meant for jobs that may be taken up when one begins. */
const CARRY_OVER = 0.5;

/** What the isolate holds for itself: its program and the handlers' modules. */
let ownBytes: number | undefined;

/** Called before the first job begins. */
export const noteOwnMemory = (): void => {
  ownBytes ??= heldBytes();
};

/**
 * Whether what jobs left behind leaves too little of the limit for the next one. What is only garbage
 * is collected first; looking costs microseconds while little is held.
 */
export const isWorn = (memoryLimitMb: number): boolean => {
  const own = ownBytes ?? 0;
  const most = own + Math.max(memoryLimitMb * MB - own, 0) * CARRY_OVER;
  if (heldBytes() <= most) return false;
  collectGarbage();
  return heldBytes() > most;
};

const heldBytes = () => {
  const { used_heap_size: heap, external_memory: buffers } = getHeapStatistics();
  return heap + buffers;
};

const collectGarbage = () => {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') collect();
};
