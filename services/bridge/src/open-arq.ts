import { createArqSide, type ProtocolSide } from '@shared/interop';
import { arqEnvironment, arqOptionsOf } from '@shared/interop/arq';
import { type Logger, parseEnvironment } from '@shared/service';
import { z } from 'zod';

const Environment = z.object(arqEnvironment);

/** @throws {ConfigError} */
export const openArq = (
  env: Readonly<Record<string, string | undefined>>,
  log: Logger,
): ProtocolSide | undefined => {
  const options = arqOptionsOf(parseEnvironment(Environment, env), { log });
  return options && createArqSide(options);
};
