import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureFfmpeg, PROJECT_ROOT } from '@shared/embedded';
import { eventually, testDatabaseUrl } from '@shared/testing';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask } from '../src/ask.ts';
import { openBrowser, type OpenedBrowser } from '../src/browser.ts';
import { type Fleet, startFleet } from '../src/fleet.ts';
import { followJob } from '../src/follow-job.ts';
import { registered } from '../src/people.ts';
import { playVideo } from '../src/play-video.ts';

const TIMEOUT_MS = 180_000;

const found = await ensureFfmpeg();
const missing = 'path' in found ? undefined : `no ffmpeg: ${found.missing}. ${found.fix}`;
if (missing !== undefined) process.stderr.write(`SKIPPED: ${missing}\n`);

let fleet: Fleet;
let token: string;
let opened: OpenedBrowser;
beforeAll(async () => {
  if (missing !== undefined) return;
  fleet = await startFleet({ services: ['web', 'video'], databaseUrl: await testDatabaseUrl() });
  ({ token } = await registered(fleet.url));
  opened = await openBrowser();
  if ('missing' in opened) process.stderr.write(`SKIPPED: ${opened.missing}\n`);
}, TIMEOUT_MS);
afterAll(async () => {
  if (missing !== undefined) return;
  if ('browser' in opened) await opened.browser.close();
  await fleet[Symbol.asyncDispose]();
});

const CLIP = join(PROJECT_ROOT, 'infra', 'demo', 'clip.mp4');

const upload = async () => {
  const clip = await readFile(CLIP);
  const form = new FormData();
  form.append('video', new Blob([new Uint8Array(clip)], { type: 'video/mp4' }), 'clip.mp4');
  return ask(`${fleet.url}/videos/upload?quality=480p,360p`, { method: 'POST', token, form });
};

const show = async (id: string) => (await ask(`${fleet.url}/videos/${id}`, { token })).body.video;

/** How much the colours of a picture differ from each other: a black one has nothing to show. */
const liveliness = async (picture: Buffer) => {
  const { channels } = await sharp(picture).stats();
  return Math.max(...channels.map(({ stdev }) => stdev));
};

test(
  'a video goes up, is transcoded in sight, and plays in a browser',
  { timeout: TIMEOUT_MS },
  async (context) => {
    context.skip(missing !== undefined, missing);
    const { status, body } = await upload();
    expect(status).toBe(202);

    const states = await followJob(fleet.url, { jobId: body.jobId, token });
    const video = await show(body.videoId);

    expect(states.at(-1)).toMatchObject({ status: 'complete', progress: 1 });
    expect(states.length).toBeGreaterThan(3);
    expect(video.renditions.map(({ quality }: { quality: string }) => quality)).toEqual([
      '480p',
      '360p',
    ]);
    const poster = await fetch(`${fleet.url}${video.posterUrl}`);
    expect(await liveliness(Buffer.from(await poster.arrayBuffer()))).toBeGreaterThan(20);

    if ('missing' in opened) return context.skip(opened.missing);
    const { browser } = opened;
    const page = `${fleet.url}/reset-password`;
    const [mp4, hls] = await Promise.all(
      [video.renditions[0].mp4Url, video.hlsUrl].map((path: string) =>
        playVideo(browser, { page, video: `${fleet.url}${path}` }),
      ),
    );

    expect(mp4).toMatchObject({ width: 854, height: 480, seconds: expect.closeTo(5, 0) });
    expect(hls).toMatchObject({ seconds: expect.closeTo(5, 0) });
    expect(await liveliness(mp4!.screenshot)).toBeGreaterThan(20);
    expect(await liveliness(hls!.screenshot)).toBeGreaterThan(20);
  },
);

test(
  'on the page a video goes up, shows how far it is, and plays',
  { timeout: TIMEOUT_MS },
  async (context) => {
    context.skip(missing !== undefined, missing);
    if ('missing' in opened) return context.skip(opened.missing);
    const { token, firstName, username } = await registered(fleet.url);
    const session = JSON.stringify({ token, user: { firstName, username } });
    const page = await opened.browser.newPage({ viewport: { width: 1280, height: 1000 } });
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(message.text());
    });
    await page.goto(fleet.url);
    await page.evaluate(`localStorage.setItem('taskyard-session', ${JSON.stringify(session)})`);
    await page.reload();

    await page.locator('#videos input[type=file]').setInputFiles(CLIP);
    await page.locator('.work progress').first().waitFor();
    const player = page.locator('#videos video');
    await player.waitFor({ timeout: TIMEOUT_MS });
    await eventually(async () => expect(await page.evaluate(PLAYS)).toBe(true), {
      timeoutMs: 60_000,
    });

    expect(await page.locator('#videos .files').innerText()).toContain('480p');
    expect(problems).toEqual([]);
    const screenshot = await player.screenshot();
    expect(await liveliness(screenshot)).toBeGreaterThan(20);
    await page.close();
  },
);

/** Starts the page's player, in its world, and tells whether it has played for a second. */
const PLAYS = `(() => {
  const player = document.querySelector('#videos video');
  player.muted = true;
  player.play().catch(() => {});
  return player.currentTime > 1;
})()`;
