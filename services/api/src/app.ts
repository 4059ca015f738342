import { type Database, databaseHealth } from '@shared/database';
import type { DeadLetters, OutboxRelay, Producer } from '@shared/queue';
import type { HealthCheck, Logger } from '@shared/service';
import type { Storage } from '@shared/storage';
import express, { type Express, type RequestHandler } from 'express';
import helmet, { type HelmetOptions } from 'helmet';
import { answerError } from './answer-error.ts';
import type { Background } from './background.ts';
import { createCallers } from './callers.ts';
import { MethodNotAllowedError } from './errors/method-not-allowed-error.ts';
import { RouteNotFoundError } from './errors/route-not-found-error.ts';
import { createJobTickets } from './job-tickets.ts';
import { createLimits, type Limits } from './limits.ts';
import type { LiveNotifications } from './live-notifications.ts';
import { createMetrics } from './metrics.ts';
import { createPasswords, type PasswordCost } from './passwords.ts';
import { readJson } from './read-body.ts';
import { openContext } from './request-context.ts';
import { dailyCounts, hourlyCounts } from './routes/analytics.ts';
import { appFiles, appPage, preferPage } from './routes/app-page.ts';
import { applyForJob } from './routes/apply-for-job.ts';
import { cancelJob } from './routes/cancel-job.ts';
import { deleteDeadLetters } from './routes/delete-dead-letters.ts';
import { forgetDevice, listDevices, registerDevice, showVapidKey } from './routes/devices.ts';
import { enqueueTask } from './routes/enqueue-task.ts';
import { followUser } from './routes/follow-user.ts';
import { health } from './routes/health.ts';
import { jobEvents } from './routes/job-events.ts';
import { jobStatus } from './routes/job-status.ts';
import { jobWhy } from './routes/job-why.ts';
import { listDeadLetters } from './routes/list-dead-letters.ts';
import { listJobs } from './routes/list-jobs.ts';
import { showNotifications } from './routes/list-notifications.ts';
import { listTasks } from './routes/list-tasks.ts';
import { listUsers } from './routes/list-users.ts';
import { login } from './routes/login.ts';
import { logout } from './routes/logout.ts';
import { putPreference, showPreferences } from './routes/notification-preferences.ts';
import { page } from './routes/page.ts';
import { postJob } from './routes/post-job.ts';
import { queueHealth } from './routes/queue-health.ts';
import { readNotifications } from './routes/read-notifications.ts';
import { rateImage } from './routes/rate-image.ts';
import { redriveDeadLetters } from './routes/redrive-dead-letters.ts';
import { register } from './routes/register.ts';
import { requestDrawing } from './routes/request-drawing.ts';
import { requestPasswordReset } from './routes/request-password-reset.ts';
import { resetPassword } from './routes/reset-password.ts';
import { search } from './routes/search.ts';
import { showContract } from './routes/show-contract.ts';
import { showDrawing } from './routes/show-drawing.ts';
import { showImage } from './routes/show-image.ts';
import { showJobPost } from './routes/show-job-post.ts';
import { showMetrics } from './routes/show-metrics.ts';
import { showTask } from './routes/show-task.ts';
import { showVariant } from './routes/show-variant.ts';
import { showVideo } from './routes/show-video.ts';
import { signedObject } from './routes/signed-object.ts';
import { streamNotifications } from './routes/stream-notifications.ts';
import { submitClientForm } from './routes/submit-client-form.ts';
import { similarImages } from './routes/similar-images.ts';
import { trackEvent } from './routes/track-event.ts';
import { unfollowUser } from './routes/unfollow-user.ts';
import { uploadImage } from './routes/upload-image.ts';
import { uploadVideo } from './routes/upload-video.ts';
import { videoFile } from './routes/video-file.ts';
import { createSessionTokens } from './session-tokens.ts';
import { speakTus } from './tus/protocol.ts';
import { createUploads } from './tus/uploads.ts';
import { createVideoFiles } from './video-files.ts';
import type { Similarity } from './similarity/similarity.ts';

export type AppOptions = {
  database: Database;
  producer: Producer;
  /** Moves what is enqueued with a transaction. */
  relay: OutboxRelay;
  deadLetters: DeadLetters;
  storage: Storage;
  similarity: Similarity;
  background: Background;
  live: LiveNotifications;
  log: Logger;
  /** Ends the event streams when the process shuts down. */
  stopping: AbortSignal;
  prefix: string;
  /** Signs session tokens. */
  sessionSecret: string;
  /** The same that the storage signs its addresses with. */
  signingSecret: string;
  /** An operator's API key, beside those in the database. */
  apiKey: string | undefined;
  publicUrl: string;
  /** Metrics, queue counts and contracts are open to all otherwise. */
  production: boolean;
  limits: Limits;
  maxUploadBytes: number;
  /** The push services that browsers may name. */
  pushHosts: readonly string[];
  vapidPublicKey: string | undefined;
  maxVideoBytes: number;
  /** How long an upload that broke off can be resumed. */
  uploadLifetimeMs: number;
  trustProxy: number | string;
  passwordCost?: PasswordCost;
  heartbeatMs?: number;
};

/** The whole api as one request handler; every address it answers stands here. */
export const createApp = (options: AppOptions): Express => {
  const { database, producer, relay, deadLetters, storage, background, live, log } = options;
  const { stopping } = options;
  const { pushHosts, vapidPublicKey } = options;
  const { prefix, sessionSecret, signingSecret, apiKey, publicUrl } = options;
  const { production, maxUploadBytes, trustProxy, passwordCost, heartbeatMs } = options;
  const passwords = createPasswords(passwordCost);
  const tokens = createSessionTokens(sessionSecret);
  const callers = createCallers({ database, tokens, apiKey });
  const tickets = createJobTickets(sessionSecret);
  const limited = createLimits({ redis: producer.redis, prefix, limits: options.limits, log });
  const metrics = createMetrics({ producer, log });
  const guarded: RequestHandler = async (request, _response, next) => {
    if (production) await callers.machine(request);
    next();
  };
  const jobs = { producer, callers };
  const buried = { deadLetters, callers };
  const people = { database, callers };
  const told = { ...people, producer, background };
  const pictures = { database, storage, callers };
  const { maxVideoBytes, uploadLifetimeMs } = options;
  const files = createVideoFiles(signingSecret);
  const movies = { ...pictures, producer, files, maxVideoBytes };
  const uploads = createUploads({ ...movies, uploadLifetimeMs });
  const checks = {
    redis: redisHealth(producer),
    postgres: databaseHealth(database),
    storage: storage.health,
  };

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
  app.use(openContext({ log, report: metrics.report }), helmet(security), readJson());

  app
    .route('/register')
    .post(limited.register, register({ database, producer, relay, passwords, tokens }))
    .all(only('POST'));
  app.route('/login').post(limited.login, login({ database, passwords, tokens })).all(only('POST'));
  app.route('/logout').post(logout({ database, callers })).all(only('POST'));
  app
    .route('/password-resets')
    .post(limited.passwordResets, requestPasswordReset({ database, producer, background }))
    .all(only('POST'));
  app
    .route('/password-resets/:token')
    .post(limited.passwordResets, resetPassword({ database, passwords }))
    .all(only('POST'));
  app.route('/reset-password').get(page('reset-password.html')).all(only('GET'));
  app.route('/reset-password.js').get(page('reset-password.js')).all(only('GET'));

  app
    .route('/images/upload')
    .post(limited.upload, uploadImage({ ...pictures, producer, maxUploadBytes }))
    .all(only('POST'));
  app.route('/images/:id').get(showImage(pictures)).all(only('GET'));
  app
    .route('/images/:id/ratings')
    .put(rateImage({ ...people, producer }))
    .all(only('PUT'));
  app
    .route('/images/:id/similar')
    .get(similarImages({ ...pictures, similarity: options.similarity }))
    .all(only('GET'));
  app.route('/images/:id/variants/:name').get(showVariant(pictures)).all(only('GET'));
  app.route('/videos/upload').post(limited.upload, uploadVideo(movies)).all(only('POST'));
  app.use('/videos/uploads', speakTus());
  app
    .route('/videos/uploads')
    .options(uploads.describe())
    .post(limited.upload, uploads.begin())
    .all(only('OPTIONS', 'POST'));
  app
    .route('/videos/uploads/:id')
    .head(uploads.show())
    .patch(uploads.goOn())
    .delete(uploads.giveUp())
    .options(uploads.describe())
    .all(only('OPTIONS', 'HEAD', 'PATCH', 'DELETE'));
  app.route('/videos/:id').get(showVideo(movies)).all(only('GET'));
  app.route('/videos/:id/files/:token/*path').get(videoFile(movies)).all(only('GET'));
  app.route('/storage/*key').get(signedObject({ storage, signingSecret })).all(only('GET'));

  app
    .route('/')
    .get(...appPage({ secure: production }))
    .all(only('GET'));
  app.route('/app/*file').get(appFiles());
  app.route('/users/:id').get(preferPage('people'));
  app.route('/users').get(listUsers(people)).all(only('GET'));
  app
    .route('/users/:id/follow')
    .post(followUser(told))
    .delete(unfollowUser(people))
    .all(only('POST', 'DELETE'));

  app.route('/notifications').get(showNotifications(people)).all(only('GET'));
  app
    .route('/notifications/read')
    .post(readNotifications({ ...told, prefix }))
    .all(only('POST'));
  app
    .route('/notifications/stream')
    .get(
      streamNotifications({ ...people, live, stopping, ...(heartbeatMs ? { heartbeatMs } : {}) }),
    )
    .all(only('GET'));
  app.route('/notifications/preferences').get(showPreferences(people)).all(only('GET'));
  app.route('/notifications/preferences/:kind').put(putPreference(people)).all(only('PUT'));
  app
    .route('/devices')
    .get(listDevices(people))
    .post(registerDevice({ ...people, pushHosts }))
    .all(only('GET', 'POST'));
  app.route('/devices/vapid-key').get(showVapidKey({ vapidPublicKey })).all(only('GET'));
  app.route('/devices/:id').delete(forgetDevice(people)).all(only('DELETE'));

  app.route('/jobs').get(listJobs(people)).post(postJob(people)).all(only('GET', 'POST'));
  app.route('/jobs/:id').get(preferPage('jobs'), showJobPost(told)).all(only('GET'));
  app.route('/jobs/:id/apply').post(applyForJob(told)).all(only('POST'));
  app.route('/events').post(trackEvent(jobs)).all(only('POST'));
  app.route('/analytics/daily').get(dailyCounts(people)).all(only('GET'));
  app.route('/analytics/hourly').get(hourlyCounts(people)).all(only('GET'));

  app
    .route('/clients/public/submit')
    .post(limited.contracts, submitClientForm({ database, producer, tickets }))
    .all(only('POST'));
  app
    .route('/contracts/:id/pdf')
    .get(showContract({ database, storage, callers }))
    .all(only('GET'));

  app
    .route('/drawings')
    .post(limited.drawings, requestDrawing({ ...jobs, database }))
    .all(only('POST'));
  app.route('/drawings/:id').get(showDrawing('svg', pictures)).all(only('GET'));
  app.route('/drawings/:id/preview').get(showDrawing('preview', pictures)).all(only('GET'));

  app
    .route('/jobs/status/:jobId')
    .get(jobStatus({ ...jobs, tickets }))
    .delete(cancelJob(jobs))
    .all(only('GET', 'DELETE'));
  app
    .route('/jobs/status/:jobId/events')
    .get(jobEvents({ ...jobs, tickets, stopping, ...(heartbeatMs ? { heartbeatMs } : {}) }))
    .all(only('GET'));
  app
    .route('/jobs/status/:jobId/why')
    .get(jobWhy({ ...jobs, prefix }))
    .all(only('GET'));
  app
    .route('/search')
    .get(search({ ...jobs, prefix }))
    .all(only('GET'));
  app.route('/dead-letters').get(listDeadLetters(buried)).all(only('GET'));
  app.route('/dead-letters/redrive').post(redriveDeadLetters(buried)).all(only('POST'));
  app.route('/dead-letters/delete').post(deleteDeadLetters(buried)).all(only('POST'));
  app.route('/tasks').get(guarded, listTasks({ publicUrl })).all(only('GET'));
  app
    .route('/tasks/:name')
    .get(guarded, showTask())
    .post(enqueueTask(jobs))
    .all(only('GET', 'POST'));

  app.route('/health').get(health(checks)).all(only('GET'));
  app.route('/health/ready').get(health(checks)).all(only('GET'));
  app.route('/health/live').get(health({})).all(only('GET'));
  app.route('/health/queues').get(guarded, queueHealth({ producer })).all(only('GET'));
  app.route('/metrics').get(guarded, showMetrics(metrics)).all(only('GET'));

  app.use(() => {
    throw new RouteNotFoundError();
  });
  app.use(answerError());
  return app;
};

const only =
  (...methods: string[]): RequestHandler =>
  ({ method }) => {
    throw new MethodNotAllowedError(method, methods);
  };

const redisHealth =
  (producer: Pick<Producer, 'ping'>): HealthCheck =>
  async () => {
    try {
      await producer.ping();
      return { ok: true };
    } catch (error) {
      return { ok: false, reason: String(error) };
    }
  };
