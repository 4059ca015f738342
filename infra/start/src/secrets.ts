import { createECDH, randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';

const Secrets = z.object({
  SESSION_SECRET: z.string().min(32),
  DASHBOARD_PASSWORD: z.string().min(12),
  TASKYARD_API_KEY: z.string().min(32),
  VAPID_PUBLIC_KEY: z.string(),
  VAPID_PRIVATE_KEY: z.string(),
});

/** What a development platform needs and nobody should have to invent. */
export type Secrets = z.infer<typeof Secrets>;

/**
 * The secrets of this folder's platform, made at random at the first start; only our user can read
 * the file. A later version's additional ones are added, those that are there stay.
 */
export const developmentSecrets = async (dataDirectory: string): Promise<Secrets> => {
  const path = join(dataDirectory, 'secrets.json');
  const kept = await readFile(path, 'utf8').then(JSON.parse, () => ({}));
  const secrets = Secrets.parse({ ...freshSecrets(), ...kept });
  await writePrivately(path, secrets);
  return secrets;
};

const freshSecrets = (): Secrets => ({
  SESSION_SECRET: randomBytes(32).toString('hex'),
  DASHBOARD_PASSWORD: randomBytes(12).toString('base64url'),
  TASKYARD_API_KEY: `ty_${randomBytes(24).toString('base64url')}`,
  ...freshPushKeys(),
});

/** Who we are to the push services of browsers: a pair of keys on P-256 (RFC 8292, section 3.2). */
const freshPushKeys = () => {
  const pair = createECDH('prime256v1');
  const publicKey = pair.generateKeys();
  const privateKey = pair.getPrivateKey();
  // One that begins with zeros comes without them.
  const padding = Buffer.alloc(32 - privateKey.length);
  return {
    VAPID_PUBLIC_KEY: publicKey.toString('base64url'),
    VAPID_PRIVATE_KEY: Buffer.concat([padding, privateKey]).toString('base64url'),
  };
};

/** Writes JSON that only our user can read, whole or not at all. */
export const writePrivately = async (path: string, content: unknown): Promise<void> => {
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}.new`;
  await writeFile(draft, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  await rename(draft, path);
};
