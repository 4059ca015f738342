import type { Browser } from 'playwright-core';
import { z } from 'zod';

/** Runs in the page, whose world has other types than ours: fills it with a player. */
const PLAY = `async (address) => {
  const player = document.createElement('video');
  player.muted = true;
  player.style.cssText = 'position:fixed;inset:0;width:100%;height:100%;background:black';
  document.body.replaceChildren(player);
  const failed = new Promise((_, reject) => {
    player.addEventListener('error', () => reject(new Error(player.error.message)));
  });
  const played = new Promise((resolve) => {
    player.addEventListener('timeupdate', () => player.currentTime > 1 && resolve());
  });
  player.src = address;
  await Promise.race([player.play(), failed]);
  await Promise.race([played, failed]);
  player.pause();
  return { width: player.videoWidth, height: player.videoHeight, seconds: player.duration };
}`;

const Shown = z.object({ width: z.number(), height: z.number(), seconds: z.number() });

/** Plays a video for a second in a page, and tells what was shown; throws what the player complains of. */
export const playVideo = async (
  browser: Browser,
  { page: pageAddress, video }: { page: string; video: string },
): Promise<z.output<typeof Shown> & { screenshot: Buffer }> => {
  const page = await browser.newPage({ viewport: { width: 854, height: 480 } });
  try {
    await page.goto(pageAddress);
    const shown = Shown.parse(await page.evaluate(`(${PLAY})(${JSON.stringify(video)})`));
    return { ...shown, screenshot: await page.screenshot() };
  } finally {
    await page.close();
  }
};
