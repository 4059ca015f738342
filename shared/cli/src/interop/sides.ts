import {
  celeryEnvironment,
  createArqSide,
  createCelerySide,
  type ProtocolSide,
} from '@shared/interop';
import { arqEnvironment, arqOptionsOf } from '@shared/interop/arq';
import { type Logger, parseEnvironment } from '@shared/service';
import { z } from 'zod';

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
export const openSides = (choice: SideChoice, place: SidePlace): ProtocolSide[] => [
  ...(choice.celeryNodename === undefined ? [] : [openCelery(choice.celeryNodename, place)]),
  ...(choice.arqQueues.length === 0 ? [] : [openArq(choice, place)]),
];

const openCelery = (nodename: string, { queues, redisUrl, env, log }: SidePlace): ProtocolSide =>
  createCelerySide({ ...celeryEnvironment(env, { redisUrl }), nodename, queues, log });

const openArq = ({ arqQueues }: SideChoice, { redisUrl, env, log }: SidePlace): ProtocolSide => {
  const set = parseEnvironment(z.object(arqEnvironment), env);
  const options = { redisUrl: set.ARQ_REDIS_URL ?? redisUrl, queues: arqQueues, log };
  return createArqSide({ ...arqOptionsOf(set, options), ...options });
};
