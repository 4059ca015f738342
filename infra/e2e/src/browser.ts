import { ensureChromium } from '@shared/embedded';
import { type Browser, chromium } from 'playwright-core';

/** The browser, or why there is none on this machine. */
export type OpenedBrowser = { browser: Browser } | { missing: string };

/** What a Chromium does by itself on the network, and root cannot sandbox it. */
const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Starts a real Chromium, which is installed first where that can be done without asking. */
export const openBrowser = async (): Promise<OpenedBrowser> => {
  const found = await ensureChromium();
  if ('missing' in found) return { missing: `no Chromium: ${found.missing}. ${found.fix}` };
  return { browser: await chromium.launch({ executablePath: found.path, args: ARGS }) };
};
