import {
  ensureChromium,
  ensureFfmpeg,
  ensureRedisServer,
  type Provisioned,
  type ProvisionedFfmpeg,
} from '@shared/embedded';
import { ToolMissingError } from '@shared/errors';

/**
 * Gets what the tests need before the first of them runs, so that none of them waits for it.
 *
 * @returns what to say about programs that some tests will have to do without.
 * @throws {ToolMissingError} without a redis-server, which hardly any test can do without.
 */
export const provisionTools = async (): Promise<string[]> => {
  const [redis, chromium] = await Promise.all([ensureRedisServer(), ensureChromium()]);
  const ffmpeg = await ensureFfmpeg(); // Not beside Chromium: installing locks.
  if ('missing' in redis) {
    throw new ToolMissingError('redis-server', { why: redis.missing, fix: redis.fix });
  }
  return [
    complaint('Chromium', 'tests that look at pages', chromium),
    complaint('ffmpeg', 'tests that make videos', ffmpeg),
  ].flat();
};

const complaint = (
  tool: string,
  without: string,
  found: Provisioned | ProvisionedFfmpeg,
): string[] =>
  'path' in found
    ? []
    : [`There is no ${tool}: ${found.missing}. Skipped: ${without}. ${found.fix}`];
