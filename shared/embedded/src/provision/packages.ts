import { installPackages } from './apt.ts';
import { onPath } from './on-path.ts';
import type { Provisioned } from './provisioned.ts';
import { run } from './run.ts';

/**
 * A Chromium or Chrome for tests that look at pages: on the PATH, or installed from the distribution if
 * that can be done without asking.
 */
export const ensureChromium = (): Promise<Provisioned> =>
  ensureProgram({
    programs: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
    apt: ['chromium', 'fonts-dejavu-core'], // Without any font its pages are empty.
    brew: ['--cask', 'chromium'],
  });

const ensureProgram = async ({
  programs,
  apt,
  brew,
}: {
  programs: readonly string[];
  apt: readonly string[];
  brew: readonly string[];
}): Promise<Provisioned> => {
  const present = await onPath(programs);
  if (present !== undefined) return { path: present };
  const onMac = process.platform === 'darwin' && (await onPath(['brew'])) !== undefined;
  const installed = onMac ? await run('brew', ['install', ...brew]) : await installPackages(apt);
  const path = await onPath(programs);
  if (path !== undefined) return { path };
  return {
    missing: installed.ok
      ? `installing ${apt.join(' ')} brought no ${programs[0]}`
      : installed.reason,
    fix: `Install it by hand (Debian: apt-get install ${apt.join(' ')}, macOS: brew install ${brew.join(' ')}).`,
  };
};
