import { createArqSide, createCelerySide, createRqSide, type ProtocolSide } from '@shared/interop';
import { arqEnvironment, arqOptionsOf } from '@shared/interop/arq';
import { celeryEnvironment, celeryOptionsOf } from '@shared/interop/celery';
import { rqEnvironment, rqOptionsOf } from '@shared/interop/rq';
import { environment, type Logger, parseEnvironment } from '@shared/service';
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

const { QUEUE_PREFIX } = environment;

/** The protocols that were asked for. */
export const openSides = (choice: SideChoice, place: SidePlace): ProtocolSide[] => [
  ...openCelery(choice, place),
  ...openRq(choice, place),
  ...openArq(choice, place),
];

const openCelery = (
  { celeryNodename: nodename }: SideChoice,
  { queues, redisUrl, env, log }: SidePlace,
) => {
  if (nodename === undefined) return [];
  const set = parseEnvironment(z.object({ ...celeryEnvironment, QUEUE_PREFIX }), env);
  const brokerUrl = set.CELERY_BROKER_URL ?? redisUrl;
  const options = celeryOptionsOf(set, { brokerUrl, queues, prefix: set.QUEUE_PREFIX, log });
  return options === undefined ? [] : [createCelerySide({ ...options, nodename })];
};

const openRq = ({ rqName: name }: SideChoice, { queues, redisUrl, env, log }: SidePlace) => {
  if (name === undefined) return [];
  const set = parseEnvironment(z.object({ ...rqEnvironment, QUEUE_PREFIX }), env);
  const options = { redisUrl: set.RQ_REDIS_URL ?? redisUrl, queues, log };
  return [
    createRqSide({ ...rqOptionsOf(set, options), ...options, name, prefix: set.QUEUE_PREFIX }),
  ];
};

const openArq = ({ arqQueues }: SideChoice, { redisUrl, env, log }: SidePlace) => {
  if (arqQueues.length === 0) return [];
  const set = parseEnvironment(z.object(arqEnvironment), env);
  const options = { redisUrl: set.ARQ_REDIS_URL ?? redisUrl, queues: arqQueues, log };
  return [createArqSide({ ...arqOptionsOf(set, options), ...options })];
};
