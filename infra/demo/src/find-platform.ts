import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { RUNTIME_FILE } from '@shared/service';
import { z } from 'zod';
import { type Addresses, readAddresses } from './config.ts';
import { PlatformUnreachableError } from './errors/platform-unreachable-error.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const Announcement = z.looseObject({ pid: z.int(), env: z.record(z.string(), z.string()) });

export type Announcement = z.output<typeof Announcement>;

/** What the platform that runs on a data directory announced, or nothing if none does. */
export const readAnnouncement = async (
  dataDirectory: string,
): Promise<Announcement | undefined> => {
  try {
    const path = join(dataDirectory, basename(RUNTIME_FILE));
    return Announcement.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return undefined; // No file, or one that is just being written.
  }
};

/**
 * The platform at `url`, or else the one that announced itself and answers; nothing if there is none.
 *
 * @throws {PlatformUnreachableError} nothing is ready at `url`.
 * @throws {ConfigError} it does not say where its mailbox is.
 */
export const findPlatform = async (
  { url, dataDirectory }: { url: string | undefined; dataDirectory: string },
  env: Environment,
): Promise<Addresses | undefined> => {
  const announced = (await readAnnouncement(dataDirectory))?.env;
  if (url !== undefined) {
    if (!(await isReady(url))) throw new PlatformUnreachableError(url);
    return readAddresses({ ...(announced?.['TASKYARD_URL'] === url ? announced : {}), ...env });
  }
  const found = announced?.['TASKYARD_URL'];
  // A platform that was killed leaves its announcement behind.
  if (found === undefined || !(await isReady(found))) return undefined;
  return readAddresses({ ...announced });
};

const isReady = async (url: string) => {
  try {
    const response = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(5_000) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
};
