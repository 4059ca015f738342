import { type Job, processVideo, type VideoQuality } from '@shared/contracts';
import { type Database, ensureVideo, type Video } from '@shared/database';
import type { Producer } from '@shared/queue';

/** A video that lies in storage as a whole. */
export type ArrivedVideo = {
  id: string;
  ownerId: string;
  storageKey: string;
  contentType: string;
  bytes: number;
  originalName: string | null;
  qualities: VideoQuality[];
};

export const originalKey = (videoId: string): string => `videos/${videoId}/original`;

/** Records a video and has it processed. Safe to repeat: its job has one id. */
export const acceptVideo = async (
  { id, ownerId, storageKey, contentType, bytes, originalName, qualities }: ArrivedVideo,
  {
    database,
    producer,
    traceParent,
  }: { database: Database; producer: Producer; traceParent: string },
): Promise<{ video: Video; job: Job }> => {
  const jobId = `video-${id}`;
  const source = storageKey;
  const row = { id, ownerId, source, contentType, bytes, originalName, jobId };
  const video = await ensureVideo(database, row);
  const job = await producer.enqueue(
    processVideo,
    {
      videoId: id,
      videoPath: storageKey,
      userId: ownerId,
      processingOptions: { quality: qualities },
    },
    { id: jobId, owner: ownerId, group: ownerId, origin: 'http', traceParent },
  );
  return { video, job };
};
