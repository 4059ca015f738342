import { buffer } from 'node:stream/consumers';
import { openStorage, type OpenStorageOptions } from './open-storage.ts';
import { parseStorageUrl } from './storage-url.ts';
import type { Storage } from './storage.ts';

/** What `@shared/queue` asks of a store for payloads and results that are too large for Redis. */
export type ValueStore = {
  put(key: string, value: Uint8Array): Promise<void>;
  get(key: string): Promise<Uint8Array>;
  delete(key: string): Promise<void>;
};

/** Values are the queue's JSON. */
const CONTENT_TYPE = 'application/json';

/** Large payloads and results among the objects of a storage that is open already. */
export const payloadStoreOn = (storage: Storage): ValueStore => storeOn(async () => storage);

/**
 * Large payloads and results in a storage of their own, opened for the first one: most processes never
 * meet any, and need neither a folder that can be written nor the S3 client.
 *
 * @throws {ConfigError} if the URL makes no sense; what `openStorage` throws else, at each value.
 */
export const openPayloadStore = (
  storageUrl: string,
  options: OpenStorageOptions = {},
): ValueStore & AsyncDisposable => {
  parseStorageUrl(storageUrl);
  let opening: Promise<Storage & AsyncDisposable> | undefined;
  const open = () => {
    opening ??= openStorage(storageUrl, options).catch((error: unknown) => {
      opening = undefined; // The next value may find it mended.
      throw error;
    });
    return opening;
  };
  return {
    ...storeOn(open),
    async [Symbol.asyncDispose]() {
      const storage = await opening?.catch(() => undefined);
      await storage?.[Symbol.asyncDispose]();
    },
  };
};

const storeOn = (open: () => Promise<Storage>): ValueStore => ({
  async put(key, value) {
    await (await open()).put(key, value, { contentType: CONTENT_TYPE });
  },
  async get(key) {
    const { body } = await (await open()).get(key);
    return buffer(body);
  },
  async delete(key) {
    await (await open()).delete(key);
  },
});
