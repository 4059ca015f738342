export { decodeSignature, encodeSignature, iqdbHash, SIGNATURE_BYTES } from './encoding.ts';
export { CorruptSignatureError } from './errors/corrupt-signature-error.ts';
export { IqdbFailedError } from './errors/iqdb-failed-error.ts';
export { SIDE } from './haar.ts';
export { createIqdbClient, type IqdbClient } from './iqdb-client.ts';
export { type Signature, signatureOf } from './signature.ts';
export {
  createSimilarityIndex,
  type Match,
  MOST_MATCHES,
  type SimilarityIndex,
} from './similarity-index.ts';
