/** What the global setup hands to the tests. */
export type ProvidedServers = {
  redisUrl: string;
  /** Where databases are made; empty for a package that does without. */
  databaseUrl: string;
  /** What the names of this run's databases start with. */
  databasePrefix: string;
};

declare module 'vitest' {
  interface ProvidedContext extends ProvidedServers {}
}
