export type { Context } from './context.ts';
export { InvalidIncludeError } from './errors/invalid-include-error.ts';
export { loadIncludes } from './load-includes.ts';
export { runCommandLine } from './run.ts';
