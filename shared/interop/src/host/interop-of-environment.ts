import { hostname } from 'node:os';
import { environment, type Logger, parseEnvironment } from '@shared/service';
import { z } from 'zod';
import { createArqSide } from '../arq/create-arq-side.ts';
import { arqEnvironment, arqOptionsOf } from '../arq/environment.ts';
import { celeryEnvironment, celeryOptionsOf } from '../celery/environment.ts';
import { createCelerySide } from '../celery/side/celery-side.ts';
import { createRqSide } from '../rq/create-rq-side.ts';
import { rqEnvironment, rqOptionsOf } from '../rq/environment.ts';
import { type Interop, openInterop } from './open-interop.ts';

const schema = z.object({
  ...celeryEnvironment,
  ...rqEnvironment,
  ...arqEnvironment,
  QUEUE_PREFIX: environment.QUEUE_PREFIX,
});

/**
 * The Python protocols of a service's worker. It takes nothing from their queues, which the bridge does, but
 * tells their programs what became of the jobs that it runs, and is one of Celery's nodes. Where the
 * environment names none of their servers it costs nothing.
 *
 * @param options.service what Celery's tools call the worker, before its host.
 * @throws {ConfigError} naming every variable at fault.
 */
export const interopOfEnvironment = (
  env: Readonly<Record<string, string | undefined>>,
  { service, log }: { service: string; log: Logger },
): Interop => {
  const set = parseEnvironment(schema, env);
  const { QUEUE_PREFIX: prefix } = set;
  const none = { queues: [], log };
  const celery = celeryOptionsOf(set, { ...none, prefix });
  const rq = rqOptionsOf(set, none);
  const arq = arqOptionsOf(set, none);
  const nodename = `${service}.${process.pid}@${hostname()}`;
  return openInterop({
    sides: [
      ...(celery === undefined ? [] : [createCelerySide({ ...celery, nodename })]),
      ...(rq === undefined ? [] : [createRqSide({ ...rq, prefix })]),
      ...(arq === undefined ? [] : [createArqSide(arq)]),
    ],
    log,
  });
};
