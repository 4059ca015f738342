import { removeExpiredUploads } from '@shared/contracts';
import { deleteUpload, listExpiredUploads } from '@shared/database';
import { implement } from '@shared/queue';
import type { VideoServices } from '../services.ts';
import { removeFolder } from '../store/remove.ts';

export const createRemoveExpiredUploadsHandler = ({
  database,
  storage,
}: Pick<VideoServices, 'database' | 'storage'>) =>
  implement(removeExpiredUploads, async (_payload, { signal, log }) => {
    let removed = 0;
    for (;;) {
      const expired = await listExpiredUploads(database, new Date());
      if (expired.length === 0) break;
      for (const { id } of expired) {
        signal.throwIfAborted();
        // The row goes last: while it is there, another run finds what is left of the bytes.
        await removeFolder(storage, `uploads/${id}`);
        await deleteUpload(database, id);
        removed += 1;
      }
    }
    if (removed > 0) log.info({ removed }, 'expired uploads removed');
    return { removed };
  });
