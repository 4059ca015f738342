import type { Database } from '@shared/database';
import type { Producer } from '@shared/queue';
import type { Storage } from '@shared/storage';
import type { Tools } from './ffmpeg/tools.ts';
import type { SourceCache } from './source/source-cache.ts';
import type { WorkPlace } from './work/work-place.ts';

/** What the handlers of this service work with. */
export type VideoServices = {
  database: Database;
  storage: Storage;
  /** Follows and cancels the jobs that wait for each other. */
  producer: Pick<Producer, 'jobById'>;
  sources: SourceCache;
  place: WorkPlace;
  tools: Tools;
  /** Folders whose files a payload may name by their paths. */
  uploadDirs: readonly string[];
  /** Longer videos are refused. */
  maxSeconds: number;
};
