import type { Addresses } from './config.ts';
import { playStories } from './play-stories.ts';
import { renderReport } from './report.ts';
import type { Screen } from './screen.ts';
import { aborted } from './stop-request.ts';
import { stories } from './stories/stories.ts';

const WRONG_EXIT_CODE = 1;
const INTERRUPTED_EXIT_CODE = 130; // 128 + SIGINT, as a shell reports it.

/**
 * Plays all stories and shows what came of them.
 *
 * @returns the exit code: 0 only if every result was right.
 */
export const playAndReport = async (
  addresses: Addresses,
  { screen, stop }: { screen: Screen; stop: AbortSignal },
): Promise<number> => {
  screen.say(`The platform is at ${addresses.url}`);
  const outcome = await Promise.race([playStories(stories, { addresses, screen }), aborted(stop)]);
  if (outcome === undefined) return INTERRUPTED_EXIT_CODE;

  const { followed, failures } = outcome;
  screen.say(`\n${renderReport(followed)}\n`);
  for (const failure of failures) screen.say(`Wrong: ${failure}`);
  if (failures.length > 0) return WRONG_EXIT_CODE;
  screen.say(`All ${followed.length} results are right.`);
  return 0;
};
