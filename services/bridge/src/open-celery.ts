import { hostname } from 'node:os';
import { createCelerySide, type ProtocolSide } from '@shared/interop';
import { celeryEnvironment, celeryOptionsOf } from '@shared/interop/celery';
import { environment, type Logger, parseEnvironment } from '@shared/service';
import { z } from 'zod';

const Environment = z.object({ ...celeryEnvironment, QUEUE_PREFIX: environment.QUEUE_PREFIX });

/** @throws {ConfigError} */
export const openCelery = (
  env: Readonly<Record<string, string | undefined>>,
  log: Logger,
): ProtocolSide | undefined => {
  const set = parseEnvironment(Environment, env);
  const options = celeryOptionsOf(set, { prefix: set.QUEUE_PREFIX, log });
  const nodename = `bridge.${process.pid}@${hostname()}`;
  return options && createCelerySide({ ...options, nodename });
};
