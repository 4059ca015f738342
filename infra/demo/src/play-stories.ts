import { z } from 'zod';
import type { Addresses } from './config.ts';
import { WrongResultError } from './errors/wrong-result-error.ts';
import { createHttp } from './http.ts';
import type { Screen } from './screen.ts';
import { type Followed, openStage } from './stage.ts';
import type { Story } from './stories/story.ts';
import { register } from './visitor.ts';

const Tasks = z.object({
  paths: z.record(z.string(), z.object({ post: z.looseObject({ 'x-queue': z.string() }) })),
});

/** What came of a run: the jobs there were, and what was wrong. */
export type Outcome = { followed: readonly Followed[]; failures: readonly string[] };

/**
 * Plays every story on a running platform. One that goes wrong does not keep the others from being
 * played; a queue that no story reached counts as wrong.
 */
export const playStories = async (
  stories: readonly Story[],
  { addresses, screen }: { addresses: Addresses; screen: Screen },
): Promise<Outcome> => {
  const followed: Followed[] = [];
  const failures: string[] = [];
  const stage = openStage(addresses, { screen, followed });
  const attempt = async (play: () => Promise<void>) => {
    try {
      await play();
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      failures.push(message);
      screen.say(`   ✗ ${message}`);
    }
  };

  await attempt(async () => {
    const visitor = await register(stage.http);
    for (const [index, story] of stories.entries()) {
      screen.say(`\n${index + 1}. ${story.title}`);
      await attempt(() => story.play(stage, visitor));
    }
    await attempt(() => mustReachEveryQueue(addresses, followed));
  });
  return { followed, failures };
};

const mustReachEveryQueue = async ({ url, apiKey }: Addresses, followed: readonly Followed[]) => {
  const { paths } = await createHttp(url).json('/tasks', Tasks, { token: apiKey });
  const queues = new Set(Object.values(paths).map(({ post }) => post['x-queue']));
  const reached = new Set(followed.map(({ job }) => job.queue));
  const missed = [...queues].filter((queue) => !reached.has(queue));
  if (missed.length === 0) return;
  throw new WrongResultError('The demo is incomplete', `nothing went through ${missed.join(', ')}`);
};
