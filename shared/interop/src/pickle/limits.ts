/** How much of a pickle is read before it is refused. */
export type PickleLimits = {
  /** Bytes of input. */
  maxBytes: number;
  /** Values in all containers together; copies that the pickle asks for count again. */
  maxItems: number;
  /** Containers inside containers. */
  maxDepth: number;
  /** Bytes of one int. */
  maxIntBytes: number;
  /** Containers open at once while reading. */
  maxMarks: number;
  /** Values kept for later use in the same pickle. */
  maxMemo: number;
};

export const DEFAULT_LIMITS: PickleLimits = {
  maxBytes: 16 * 1024 * 1024,
  maxItems: 1_000_000,
  maxDepth: 500,
  maxIntBytes: 8192,
  maxMarks: 10_000,
  maxMemo: 1_000_000,
};
