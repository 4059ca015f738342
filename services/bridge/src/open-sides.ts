import type { ProtocolSide } from '@shared/interop';
import type { Logger } from '@shared/service';

/** The protocols whose queues the environment names. */
export const openSides = (
  _env: Readonly<Record<string, string | undefined>>,
  _log: Logger,
): ProtocolSide[] => [];
