export { loadConfig } from './config.ts';
export { draw, type Drawn } from './draw.ts';
export { handlers } from './handlers.ts';
