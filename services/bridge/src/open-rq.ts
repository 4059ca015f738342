import { createRqSide, type ProtocolSide } from '@shared/interop';
import { rqEnvironment, rqOptionsOf } from '@shared/interop/rq';
import { environment, type Logger, parseEnvironment } from '@shared/service';
import { z } from 'zod';

const Environment = z.object({ ...rqEnvironment, QUEUE_PREFIX: environment.QUEUE_PREFIX });

/** @throws {ConfigError} */
export const openRq = (
  env: Readonly<Record<string, string | undefined>>,
  log: Logger,
): ProtocolSide | undefined => {
  const set = parseEnvironment(Environment, env);
  const options = rqOptionsOf(set, { log });
  return options && createRqSide({ ...options, prefix: set.QUEUE_PREFIX });
};
