/**
 * When a batch is sent. Under load, at the end of the event loop's turn, with all that came from any
 * socket in it; while batches hold but one item, as soon as the code that asked for it pauses, since
 * waiting for more would only cost the one its time.
 */
export const createTurnEnd = () => {
  let lastHeld = 1;
  return {
    call: (flush: () => void): void => {
      if (lastHeld > 1) setImmediate(flush);
      else process.nextTick(flush);
    },
    /** Tells how many items the batch held that is being sent. */
    held: (count: number): void => {
      if (count > 0) lastHeld = count;
    },
  };
};
