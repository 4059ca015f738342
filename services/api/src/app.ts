import express, { type Express } from 'express';
import helmet, { type HelmetOptions } from 'helmet';
import { accountsAddresses } from './addresses/accounts.ts';
import { businessAddresses } from './addresses/business.ts';
import { healthAddresses } from './addresses/health.ts';
import { mediaAddresses } from './addresses/media.ts';
import { peopleAddresses } from './addresses/people.ts';
import { workAddresses } from './addresses/work.ts';
import { answerError } from './answer-error.ts';
import { RouteNotFoundError } from './errors/route-not-found-error.ts';
import { type AppOptions, openParts } from './parts.ts';
import { readJson } from './read-body.ts';
import { openContext } from './request-context.ts';

/** The whole api as one request handler; every address it answers stands in `addresses/`. */
export const createApp = (options: AppOptions): Express => {
  const { log, production, trustProxy } = options;
  const parts = openParts(options);

  // Without TLS, as in development, a browser must not be told to insist on it.
  const security: HelmetOptions = production
    ? {}
    : {
        strictTransportSecurity: false,
        contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } },
      };

  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('trust proxy', trustProxy);
  app.set('query parser', 'simple');
  app.use(openContext({ log, report: parts.metrics.report }), helmet(security), readJson());

  accountsAddresses(app, parts);
  mediaAddresses(app, parts);
  peopleAddresses(app, parts);
  businessAddresses(app, parts);
  workAddresses(app, parts);
  healthAddresses(app, parts);

  app.use(() => {
    throw new RouteNotFoundError();
  });
  app.use(answerError());
  return app;
};
