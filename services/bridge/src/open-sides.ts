import type { ProtocolSide } from '@shared/interop';
import type { Logger } from '@shared/service';
import { openArq } from './open-arq.ts';
import { openCelery } from './open-celery.ts';
import { openRq } from './open-rq.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const OPENERS: readonly ((env: Environment, log: Logger) => ProtocolSide | undefined)[] = [
  openCelery,
  openRq,
  openArq,
];

/**
 * The protocols whose Redis the environment names.
 *
 * @throws {ConfigError} naming every variable at fault.
 */
export const openSides = (env: Environment, log: Logger): ProtocolSide[] =>
  OPENERS.flatMap((open) => open(env, log) ?? []);
