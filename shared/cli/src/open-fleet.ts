import { type Fleet, openFleet as open } from '@shared/queue';
import { loadConnection } from './config.ts';
import type { Context } from './context.ts';

/** The fleet that a command looks at; close it by leaving its scope. @throws {ConfigError} */
export const openFleet = (context: Context): Fleet => open(loadConnection(context));
