import type { Video, VideoRendition } from '@shared/database';
import type { VideoFiles } from './video-files.ts';

/** A video with what there is of it so far. Its addresses are good for whoever has them, for 12 hours. */
export const viewVideo = (
  video: Video,
  { renditions, files }: { renditions: readonly VideoRendition[]; files: VideoFiles },
) => {
  const { id, contentType, bytes, originalName, jobId, width, height, durationMs } = video;
  const addressOf = files.addresses(id);
  const address = (key: string | null) => (key === null ? null : addressOf(key));
  return {
    id,
    url: `/videos/${id}`,
    contentType,
    bytes,
    originalName,
    /** In pixels, upright; null until it was processed, like all below. */
    width,
    height,
    durationSeconds: durationMs === null ? null : durationMs / 1_000,
    createdAt: video.createdAt.toISOString(),
    readyAt: video.readyAt?.toISOString() ?? null,
    jobId,
    statusUrl: jobId === null ? null : `/jobs/status/${jobId}`,
    hlsUrl: address(video.masterKey),
    posterUrl: address(video.posterKey),
    thumbnailsUrl: address(video.thumbnailsKey),
    renditions: renditions.map(({ folder, ...rendition }) => ({
      quality: rendition.quality,
      width: rendition.width,
      height: rendition.height,
      codecs: rendition.codecs,
      bandwidth: rendition.bandwidth,
      bytes: rendition.bytes,
      mp4Url: addressOf(`${folder}/video.mp4`),
      hlsUrl: addressOf(`${folder}/index.m3u8`),
    })),
  };
};
