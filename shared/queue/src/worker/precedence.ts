/**
 * The order in which queues are asked for jobs: theirs, always; or, with weights, each queue first as
 * often as its weight says, so that a lower queue is served even while a higher one never empties.
 *
 * @returns places from 1, joined by commas, as settle.lua takes them.
 */
export const precedence = (
  queues: readonly string[],
  weights: readonly number[] | undefined,
  random: () => number = Math.random,
): (() => string) => {
  const places = queues.map((_, i) => i + 1);
  if (weights === undefined) {
    const strict = places.join(',');
    return () => strict;
  }
  return () => {
    // Efraimidis and Spirakis (2006): sorting by u^(1/w) draws without replacement by weight.
    const keyed = places.map((place, i) => ({ place, key: random() ** (1 / (weights[i] ?? 1)) }));
    return keyed
      .sort((a, b) => b.key - a.key)
      .map(({ place }) => place)
      .join(',');
  };
};
