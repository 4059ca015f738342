import type { RedisConnection } from '@shared/queue';
import type { Logger } from '@shared/service';
import type { Config } from './config.ts';
import { createFailoverMailer, type Provider } from './failover/failover-mailer.ts';
import { openGates } from './failover/gates.ts';
import type { Mailer } from './mailer.ts';
import { connectMailgunMailer } from './providers/mailgun-mailer.ts';
import { connectSendGridMailer } from './providers/sendgrid-mailer.ts';
import { connectSesMailer } from './providers/ses-mailer.ts';
import { connectSmtpMailer } from './smtp-mailer.ts';

/** The providers of the configuration, in its order. */
export const connectMailer = (
  { providers, prefix, ...config }: Config,
  { redis, log }: { redis: RedisConnection; log: Logger },
): Mailer & AsyncDisposable => {
  const opened = new AsyncDisposableStack();
  const connect = (name: Config['providers'][number]): Provider => {
    switch (name) {
      case 'smtp':
        return { mailer: opened.use(connectSmtpMailer(config)), rate: config.smtpRate };
      case 'sendgrid': {
        const { rate, ...options } = needed(config.sendGrid);
        return { mailer: connectSendGridMailer({ ...options, from: config.from }), rate };
      }
      case 'ses': {
        const { rate, ...options } = needed(config.ses);
        return { mailer: opened.use(connectSesMailer({ ...options, from: config.from })), rate };
      }
      case 'mailgun': {
        const { rate, ...options } = needed(config.mailgun);
        return { mailer: connectMailgunMailer({ ...options, from: config.from }), rate };
      }
    }
  };
  const mailer = createFailoverMailer({
    providers: providers.map(connect),
    gates: openGates({ redis, prefix }),
    log,
  });
  return { ...mailer, [Symbol.asyncDispose]: () => opened.disposeAsync() };
};

/** The configuration refuses a provider of the list without its credentials. */
const needed = <Value>(value: Value | undefined): Value => {
  if (value === undefined) throw new Error('A provider of EMAIL_PROVIDERS has no credentials.');
  return value;
};
