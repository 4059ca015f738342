export { loadConfig } from './config.ts';
export { createHandlers } from './handlers.ts';
export type { VariantServices } from './make-variant.ts';
