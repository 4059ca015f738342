import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { childTraceParent, type Logger } from '@shared/service';
import type { Request, RequestHandler } from 'express';

/** What every request carries beside its own content. */
export type RequestContext = {
  /** The caller's `x-request-id` if it gave one, else a new one; it is sent back. */
  id: string;
  /** Already carries the request's id. */
  log: Logger;
  /** Passed on to the jobs that the request enqueues. */
  traceParent: string;
};

export type AnsweredRequest = {
  method: string;
  /** The route's pattern, as in `/images/:id`: addresses themselves may hold tokens. */
  route: string;
  status: number;
  seconds: number;
};

/** What nginx calls a request whose client hung up before its answer. */
const CLIENT_GONE = 499;

const REQUEST_ID = /^[\w.@+=/-]{1,128}$/;

/** Asked every few seconds; of no interest unless they fail. */
const PROBES = /^\/(health|metrics)/;

const contexts = new WeakMap<IncomingMessage, RequestContext>();

/** @throws if `openContext` did not run before. */
export const contextOf = (request: IncomingMessage): RequestContext => {
  const context = contexts.get(request);
  if (context === undefined) throw new Error('openContext must be the first middleware.');
  return context;
};

/** Gives each request its context; logs and reports it once it is over. */
export const openContext =
  ({ log, report }: { log: Logger; report: (answered: AnsweredRequest) => void }): RequestHandler =>
  (request, response, next) => {
    const startedAt = performance.now();
    const given = request.get('x-request-id') ?? '';
    const id = REQUEST_ID.test(given) ? given : randomUUID();
    const context: RequestContext = {
      id,
      log: log.child({ requestId: id }),
      traceParent: childTraceParent(request.get('traceparent')),
    };
    contexts.set(request, context);
    response.setHeader('x-request-id', id);
    response.once('close', () => {
      const answered: AnsweredRequest = {
        method: request.method,
        route: routeOf(request),
        status: response.writableFinished ? response.statusCode : CLIENT_GONE,
        seconds: (performance.now() - startedAt) / 1_000,
      };
      report(answered);
      const quiet = PROBES.test(answered.route) && answered.status < 500;
      context.log[quiet ? 'debug' : 'info'](answered, 'request answered');
    });
    next();
  };

const routeOf = (request: Request): string => {
  // Express types the matched route as `any`; it is absent if none matched.
  const route = request.route as { path: string } | undefined;
  return route?.path ?? 'none';
};
