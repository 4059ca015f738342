import { join } from 'node:path';
import { type Database, listAudit, recordAudit } from '@shared/database';
import { type Fleet, type HeldJobs, type Producer, redisHealth } from '@shared/queue';
import type { Logger, Registry } from '@shared/service';
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import helmet from 'helmet';
import type { BoardQueues } from './board/board-queues.ts';
import { BOARD_PATH } from './board/board.ts';
import { createBoards } from './board/boards.ts';
import { createGate, signedInUser } from './gate.ts';
import { accountPage } from './pages/account-page.ts';
import { refuse } from './refuse.ts';
import { actOnWorker, showFleet } from './routes/fleet.ts';
import { health } from './routes/health.ts';
import { actOnHeld, showHeld } from './routes/held-jobs.ts';
import { showAudit } from './routes/show-audit.ts';
import { showEvents } from './routes/show-events.ts';
import { postSignIn, showSignIn } from './routes/sign-in.ts';
import { postSignOut } from './routes/sign-out.ts';
import { sameOrigin } from './same-origin.ts';
import { createSessions } from './sessions.ts';
import { createSignIn } from './sign-in.ts';
import type { DashboardUser } from './users.ts';
import { createWrongPasswords } from './wrong-passwords.ts';

const AUDIT_SHOWN = 200;

export type AppOptions = {
  database: Database;
  producer: Producer;
  held: HeldJobs;
  fleet: Fleet;
  queues: BoardQueues;
  users: readonly DashboardUser[];
  sessionSecret: string;
  sessionMs: number;
  prefix: string;
  /** Shown as a badge; in production, metrics are for those who sign in. */
  environment: string;
  trustProxy: number | string;
  metrics: Registry;
  log: Logger;
};

/** The dashboard as one request handler; every address it answers stands here. */
export const createApp = (options: AppOptions): Express => {
  const {
    database,
    producer,
    held,
    fleet,
    queues,
    users,
    prefix,
    environment,
    sessionMs,
    metrics,
    log,
  } = options;
  const { redis } = producer;
  const wrongPasswords = createWrongPasswords({ redis, prefix });
  const signIn = createSignIn({ users, wrongPasswords });
  const secret = options.sessionSecret;
  const sessions = createSessions({ secret, users, sessionMs, redis, prefix });
  const gate = createGate({ sessions, signIn });
  const audit = recordAudit.bind(undefined, database);
  const boards = createBoards({ queues, audit, environment, log });
  const assets = join(import.meta.dirname, 'assets');

  const app = express();
  app.disable('x-powered-by');
  app.set('trust proxy', options.trustProxy);
  app.set('query parser', 'simple');
  app.use(securityHeaders(), fresh, sameOrigin);

  app.get(['/health', '/health/ready'], health({ checks: { redis: redisHealth(producer) }, log }));
  app.get('/health/live', health({ checks: {}, log }));
  app.get('/metrics', environment === 'production' ? gate('viewer') : pass, showMetrics(metrics));

  app.get(['/icon.svg', '/pages.css', '/board.css', '/board-operator.css'], express.static(assets));
  app.get('/login', showSignIn);
  app.post('/login', form, postSignIn({ signIn, sessions, sessionMs, log }));
  app.post('/logout', postSignOut({ sessions }));
  app.get('/account', gate('viewer'), (_request, response) => {
    response.send(accountPage(signedInUser(response)));
  });
  app.get(
    '/audit',
    gate('admin'),
    showAudit({ listAudit: () => listAudit(database, { limit: AUDIT_SHOWN }) }),
  );
  app.get('/events', gate('viewer'), showEvents({ database }));
  app.get('/fleet', gate('viewer'), showFleet({ fleet }));
  app.post('/fleet/pause', gate('operator'), form, actOnWorker('pause', { fleet, audit }));
  app.post('/fleet/resume', gate('operator'), form, actOnWorker('resume', { fleet, audit }));
  app.get('/held', gate('viewer'), showHeld({ held }));
  app.post('/held/redrive', gate('operator'), form, actOnHeld('redrive', { held, audit }));
  app.post('/held/delete', gate('operator'), form, actOnHeld('delete', { held, audit }));
  app.get('/', (_request, response) => response.redirect(303, BOARD_PATH));
  app.use(BOARD_PATH, gate('viewer'), boards);

  app.use((request, response) => {
    refuse(response, 404, {
      code: 'route_not_found',
      message: `Nothing is at ${request.method} ${request.path}.`,
      fix: `The queues are at ${BOARD_PATH}.`,
    });
  });
  app.use(answerError(log));
  return app;
};

const form = express.urlencoded({ extended: false, limit: '8kb' });

const pass: RequestHandler = (_request, _response, next) => next();

/** Bull Board sets styles on elements; all else comes from our own address. */
const securityHeaders = () =>
  helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:'],
        objectSrc: ["'none'"],
        baseUri: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    xFrameOptions: { action: 'deny' },
    referrerPolicy: { policy: 'same-origin' },
  });

/** What is shown is of this moment and of this user; only Bull Board's own files keep. */
const fresh: RequestHandler = ({ path }, response, next) => {
  if (!path.startsWith(`${BOARD_PATH}/static/`)) response.setHeader('cache-control', 'no-store');
  next();
};

const showMetrics =
  (metrics: Registry): RequestHandler =>
  async (_request, response) => {
    response.type(metrics.contentType).send(await metrics.metrics());
  };

const answerError =
  (log: Logger): ErrorRequestHandler =>
  // Express tells error handlers by their four parameters.
  (error: unknown, _request, response, _next) => {
    const status = statusOf(error);
    if (status >= 500) log.error({ error }, 'request failed');
    if (response.headersSent) {
      response.destroy();
      return;
    }
    refuse(response, status, {
      code: status >= 500 ? 'internal_error' : 'invalid_request',
      message: status >= 500 ? 'Something went wrong on our side.' : 'Request refused.',
      fix: status >= 500 ? 'Try again; the log says more.' : 'Check its address and its body.',
    });
  };

/** Express and its parsers say themselves what a bad request deserves. */
const statusOf = (error: unknown): number => {
  const status = error instanceof Error && 'status' in error ? error.status : undefined;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : 500;
};
