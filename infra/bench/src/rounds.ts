import type { Bench } from './suite.ts';

/** Fewer would make no median; only a caller who asks for fewer gets fewer. */
const LEAST_ROUNDS = 3;

/**
 * Repeats a measurement, and ends early, after three rounds, when the machine is so busy that all of
 * them would take too long.
 *
 * @param budgetMs what the rounds may take together.
 */
export const repeat = async (
  { rounds, progress }: Pick<Bench, 'rounds' | 'progress'>,
  budgetMs: number,
  measure: (round: number) => Promise<void>,
): Promise<void> => {
  const began = performance.now();
  for (let round = 0; round < rounds; round += 1) {
    if (round >= LEAST_ROUNDS && performance.now() - began > budgetMs) {
      progress(`out of time after ${round} of ${rounds} rounds`);
      return;
    }
    progress(`round ${round + 1} of ${rounds}`);
    await measure(round);
  }
};

/** Who goes first takes turns, so that neither side always has the quieter moment. */
export const taking = <Side>(turn: number, [first, second]: readonly [Side, Side]) =>
  turn % 2 === 0 ? ([first, second] as const) : ([second, first] as const);
