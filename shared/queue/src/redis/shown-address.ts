import type { RedisConnection } from './connect.ts';

/** Where a connection leads, without its password, for errors. */
export const shownAddress = ({ options }: RedisConnection): string =>
  'host' in options ? `${options.host ?? 'localhost'}:${options.port ?? 6379}` : 'the cluster';
