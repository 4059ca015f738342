import type { RedisConnection } from '@shared/queue';
import type { Logger } from '@shared/service';
import type { RequestHandler } from 'express';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { clientNetwork } from './client-address.ts';
import { RateLimitedError } from './errors/rate-limited-error.ts';

/** How many requests one address may make in how long. */
export type Limit = { count: number; perSeconds: number };

export const LIMITED = [
  'register',
  'login',
  'passwordResets',
  'upload',
  'contracts',
  'drawings',
] as const;

export type Limits = Record<(typeof LIMITED)[number], Limit>;

/**
 * One handler per limit, to stand before its route. The counts lie in Redis, so that all processes of
 * the api share them; while Redis is away each process counts alone.
 */
export const createLimits = ({
  redis,
  prefix,
  limits,
  log,
}: {
  redis: RedisConnection;
  prefix: string;
  limits: Limits;
  log: Logger;
}): Record<keyof Limits, RequestHandler> => {
  const handlerOf = (name: keyof Limits): RequestHandler => {
    const { count: points, perSeconds: duration } = limits[name];
    const limiter = new RateLimiterRedis({
      storeClient: redis,
      keyPrefix: `{${prefix}}:limit:${name}`,
      points,
      duration,
      rejectIfRedisNotReady: true,
      insuranceLimiter: new RateLimiterMemory({ points, duration }),
    });
    return async (request, _response, next) => {
      try {
        await limiter.consume(clientNetwork(request.ip ?? ''));
      } catch (rejection) {
        if (rejection instanceof RateLimiterRes) {
          log.warn({ limit: name }, 'rate limit reached');
          throw new RateLimitedError(rejection.msBeforeNext);
        }
        throw rejection;
      }
      next();
    };
  };
  return {
    register: handlerOf('register'),
    login: handlerOf('login'),
    passwordResets: handlerOf('passwordResets'),
    upload: handlerOf('upload'),
    contracts: handlerOf('contracts'),
    drawings: handlerOf('drawings'),
  };
};
