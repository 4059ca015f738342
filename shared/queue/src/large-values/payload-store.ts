/**
 * Where payloads and results go that are too large for Redis. `@shared/storage` fits behind it; a
 * store is given to producers and workers alike.
 */
export type PayloadStore = {
  put(key: string, value: Uint8Array): Promise<void>;
  get(key: string): Promise<Uint8Array>;
  /** Deleting what is not there is no error. */
  delete(key: string): Promise<void>;
};

/** Above this many bytes of JSON a value travels as a reference. */
export const INLINE_MAX_BYTES = 131_072;

/** No value is larger than this, wherever it is kept. */
export const MAX_VALUE_BYTES = 268_435_456;

/** How a stored value stands where the value would, in an envelope or as a result. */
export type ValueReference = { $stored: string; bytes: number };

export const isValueReference = (value: unknown): value is ValueReference =>
  typeof value === 'object' &&
  value !== null &&
  '$stored' in value &&
  typeof value.$stored === 'string' &&
  'bytes' in value;

/** Whether a value, as JSON, is too large to stand in Redis itself. */
export const isLarge = (json: string): boolean =>
  // A UTF-16 unit is at most three bytes of UTF-8: most values need no counting.
  json.length * 3 > INLINE_MAX_BYTES && Buffer.byteLength(json) > INLINE_MAX_BYTES;

export const loadValue = async (
  store: PayloadStore,
  { $stored }: ValueReference,
): Promise<unknown> =>
  JSON.parse(Buffer.from(await store.get($stored)).toString('utf8')) as unknown;
