/** How a thread or process ended: by itself with a code, or by a signal. */
export type ExitFacts = { exitCode?: number; signal?: string };
