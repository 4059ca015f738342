export { CorruptObjectError } from './errors/corrupt-object-error.ts';
export { InvalidKeyError } from './errors/invalid-key-error.ts';
export { InvalidSignatureError } from './errors/invalid-signature-error.ts';
export { ObjectNotFoundError } from './errors/object-not-found-error.ts';
export { ObjectTooLargeError } from './errors/object-too-large-error.ts';
export { StorageUnavailableError } from './errors/storage-unavailable-error.ts';
export { UnsatisfiableRangeError } from './errors/unsatisfiable-range-error.ts';
export { openStorage, type OpenStorageOptions } from './open-storage.ts';
export { openPayloadStore, payloadStoreOn, type ValueStore } from './payload-store.ts';
export { type SignedRequest, verifySignedUrl } from './signed-url.ts';
export type {
  ByteRange,
  ListedObject,
  ObjectContent,
  ObjectHead,
  PutOptions,
  PutResult,
  SignedMethod,
  SignedUrlOptions,
  Storage,
} from './storage.ts';
