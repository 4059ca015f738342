import { expect, test } from 'vitest';
import { playStories } from '../src/play-stories.ts';
import { createScreen } from '../src/screen.ts';
import { stories as allStories } from '../src/stories/stories.ts';
import type { Story } from '../src/stories/story.ts';
import { startFakeApi } from './fake-api.ts';

const play = async (stories: readonly Story[], url: string) => {
  const said: string[] = [];
  const screen = createScreen({ write: (text) => said.push(text) });
  const addresses = { url, mailboxUrl: url, dashboardUrl: url, apiKey: 'key' };
  const outcome = await playStories(stories, { addresses, screen });
  return { ...outcome, said: said.join('') };
};

const fine: Story = { title: 'Fine', play: async ({ say }) => say('done') };

const broken: Story = {
  title: 'Broken',
  play: () => Promise.reject(new Error('the picture is blurred')),
};

test('a story that goes wrong is told, and the others are played', async () => {
  await using api = await startFakeApi();

  const { failures, said } = await play([broken, fine], api.url);

  expect(failures).toEqual(['the picture is blurred']);
  expect(said).toContain('2. Fine\n   done');
});

test('nothing is wrong when every story is right', async () => {
  await using api = await startFakeApi();

  expect(await play([fine], api.url)).toMatchObject({ failures: [], followed: [] });
});

test('a queue that no story reached is wrong', async () => {
  await using api = await startFakeApi({ queues: ['emails', 'drawings'] });

  const { failures } = await play([fine], api.url);

  expect(failures).toEqual([expect.stringContaining('nothing went through emails, drawings')]);
});

test('an answer that is not the expected one is told with its reason', async () => {
  const body = { error: { code: 'email_taken', message: 'Not registered: it is taken.' } };
  await using api = await startFakeApi({ answers: { 'POST /register': { status: 409, body } } });

  const { failures } = await play([fine], api.url);

  expect(failures).toEqual([expect.stringMatching(/POST \/register.*409.*email_taken/)]);
});

test('every story of the demo fails on a platform that does not do its work', async () => {
  await using api = await startFakeApi();

  const { failures } = await play(allStories, api.url);

  expect(failures).toHaveLength(allStories.length);
});
