/** Lamport's clock, which Celery sorts events and replies by. */
export type LogicalClock = {
  /** Before something is sent. */
  forward(): number;
  /** When something of that time was received. */
  adjust(received: number): number;
  readonly value: number;
};

export const createClock = (start = 0): LogicalClock => {
  let value = start;
  return {
    forward: () => (value += 1),
    adjust: (received) => {
      if (Number.isSafeInteger(received)) value = Math.max(value, received) + 1;
      return value;
    },
    get value() {
      return value;
    },
  };
};
