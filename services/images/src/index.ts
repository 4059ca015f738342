export { loadConfig } from './config.ts';
export { createHandlers, type ImageServices } from './handlers.ts';
