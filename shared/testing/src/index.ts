export { eventually } from './eventually.ts';
export { testDatabaseUrl, testRedisUrl, uniquePrefix } from './servers.ts';
