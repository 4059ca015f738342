/** The best of what was offered, the least score first; room for `most` is made once. */
export type BestMatches = {
  /** Forgets everything; keeps at most `limit` from now on. */
  reset(limit: number): void;
  /** What a score must be below to be kept. */
  bar(): number;
  /** @param score below `bar()`. */
  keep(number: number, score: number): void;
  list(): { number: number; score: number }[];
};

export const createBestMatches = (most: number): BestMatches => {
  const numbers = new Uint32Array(most);
  const scores = new Float32Array(most);
  let limit = most;
  let count = 0;
  return {
    reset(wanted) {
      limit = Math.min(wanted, most);
      count = 0;
    },
    bar: () => (count < limit ? Infinity : scores[limit - 1]!),
    keep(number, score) {
      let at = count < limit ? count : limit - 1;
      for (; at > 0 && scores[at - 1]! > score; at -= 1) {
        scores[at] = scores[at - 1]!;
        numbers[at] = numbers[at - 1]!;
      }
      scores[at] = score;
      numbers[at] = number;
      count = Math.min(count + 1, limit);
    },
    list: () =>
      Array.from({ length: count }, (_, at) => ({ number: numbers[at]!, score: scores[at]! })),
  };
};
