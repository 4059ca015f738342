import { type DeadLetters, openDeadLetters as open } from '@shared/queue';
import { loadConnection } from './config.ts';
import type { Context } from './context.ts';

/** The dead letters of a command; close them by leaving its scope. @throws {ConfigError} */
export const openDeadLetters = (context: Context): DeadLetters => open(loadConnection(context));
