import type { Logger } from '@shared/service';

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;

/** Writes a line of an isolate's logger as a line of the worker's, with its fields and redactions. */
export const relayLog = (log: Logger, line: string): void => {
  // As relayedLogger wrote it.
  const { level, msg, ...fields } = JSON.parse(line) as { level: string; msg?: string };
  const known = LEVELS.find((name) => name === level) ?? 'info';
  log[known](fields, msg);
};
