import type { RedisConnection } from '@shared/queue';
import { Redis } from 'ioredis';
import type { BrokerAddress } from './broker-address.ts';

/** Whether a connection leads to a broker's server, so that one script can reach the keys of both. */
export const sharesServer = ({ redis: { host, port, path } }: BrokerAddress, to: RedisConnection) =>
  to instanceof Redis &&
  !to.options.sentinels &&
  (path === undefined
    ? to.options.host === host && to.options.port === port
    : to.options.path === path);
