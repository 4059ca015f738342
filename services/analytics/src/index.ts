export { loadConfig } from './config.ts';
export { createHandlers } from './handlers.ts';
