import { addToIqdb } from '@shared/contracts';
import { type Database, findImage, recordSignature } from '@shared/database';
import { implement } from '@shared/queue';
import { encodeSignature, type IqdbClient, signatureOf } from '@shared/similarity';
import type { Storage } from '@shared/storage';
import { ImageNotFoundError } from '../errors/image-not-found-error.ts';
import { pictureOf } from '../picture-of.ts';
import { readOriginal } from '../read-original.ts';
import { sharp } from '../sharp.ts';

export type SimilarityServices = {
  database: Database;
  storage: Storage;
  /** The server that searches, if there is one; else the signatures in the database are searched. */
  iqdb?: IqdbClient;
};

/**
 * An original never changes, so that a repetition writes the same; the record refuses an attempt that
 * was overtaken, and an IQDB server replaces what it has under a number.
 */
export const createAddToIqdb = ({ database, storage, iqdb }: SimilarityServices) =>
  implement(addToIqdb, async ({ imageId }, { jobId, fence, signal, deadline, progress, log }) => {
    const image = await findImage(database, imageId);
    if (image === undefined) throw new ImageNotFoundError(imageId);
    const original = await readOriginal(storage, image, signal);
    progress(0.3, 'original read');

    const picture = await pictureOf(original, { timeoutMs: deadline.getTime() - Date.now() });
    signal.throwIfAborted();
    const signature = encodeSignature(signatureOf(picture.data));
    const number = await recordSignature(database, { imageId, signature, jobId, fence });
    progress(0.8, 'signature recorded');

    if (iqdb !== undefined) {
      const { data, ...raw } = picture;
      await iqdb.add(number, await sharp(data, { raw }).png().toBuffer(), { signal });
    }
    log.info({ imageId, number, server: iqdb !== undefined }, 'image indexed');
    return { imageId, number };
  });
