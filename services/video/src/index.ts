export { loadConfig } from './config.ts';
export { findTools, type Tools } from './ffmpeg/tools.ts';
export type { VideoServices } from './services.ts';
export { createSourceCache } from './source/source-cache.ts';
export { startWorkers, type VideoWorkers } from './start-workers.ts';
export { openWorkPlace } from './work/work-place.ts';
