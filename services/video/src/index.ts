export { loadConfig } from './config.ts';
export { encodeCommands } from './ffmpeg/encode-commands.ts';
export { findTools, type Tools } from './ffmpeg/tools.ts';
export { probeVideo } from './probe/probe-video.ts';
export type { VideoServices } from './services.ts';
export { createSourceCache } from './source/source-cache.ts';
export { startWorkers, type VideoWorkers } from './start-workers.ts';
export { openWorkPlace } from './work/work-place.ts';
