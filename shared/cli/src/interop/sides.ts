import type { ProtocolSide } from '@shared/interop';
import type { Logger } from '@shared/service';

/** What a worker is told about the Python protocols it speaks. */
export type SideChoice = {
  /** `--celery-nodename`: speaks Celery under this node name. */
  celeryNodename: string | undefined;
  /** `--rq-name`: speaks RQ under this worker name. */
  rqName: string | undefined;
  /** `--arq-queue`: takes from these ARQ queues. */
  arqQueues: readonly string[];
};

/** Where a side finds what it takes. */
export type SidePlace = {
  /** `-Q`, or the queues of the handlers: taken from the queues of the same names in the other protocol. */
  queues: readonly string[];
  redisUrl: string;
  env: Readonly<Record<string, string | undefined>>;
  log: Logger;
};

export const speaksAny = ({ celeryNodename, rqName, arqQueues }: SideChoice): boolean =>
  celeryNodename !== undefined || rqName !== undefined || arqQueues.length > 0;

/** The protocols that were asked for. */
export const openSides = (_choice: SideChoice, _place: SidePlace): ProtocolSide[] => [];
