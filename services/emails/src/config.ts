import { availableParallelism } from 'node:os';
import {
  environment,
  parseEnvironment,
  storageConfigOf,
  storageEnvironment,
  workerConfigOf,
  workerEnvironment,
} from '@shared/service';
import { z } from 'zod';
import { parseSender } from './sender.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What development uses unless told otherwise; production has to be told. */
const DEVELOPMENT: Environment = {
  SMTP_URL: 'smtp://127.0.0.1:1025',
  MAIL_FROM: 'Taskyard <hello@taskyard.example>',
  PUBLIC_URL: 'http://127.0.0.1:3000',
};

/** The message never repeats the value: the address of a mail server holds its password. */
const address = (protocols: readonly string[]) =>
  z
    .string('must be set')
    .refine(
      (value) =>
        URL.canParse(value) &&
        protocols.includes(new URL(value).protocol) &&
        new URL(value).host !== '',
      `must be an address that starts with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
    );

const PROVIDERS = ['smtp', 'sendgrid', 'ses', 'mailgun'] as const;

/** What a provider cannot do without, once it is in the list. */
const CREDENTIALS = {
  smtp: [],
  sendgrid: ['SENDGRID_API_KEY'],
  ses: ['AWS_SES_ACCESS_KEY', 'AWS_SES_SECRET_KEY'],
  mailgun: ['MAILGUN_API_KEY', 'MAILGUN_DOMAIN'],
} as const;

/** `<count>/<seconds>`: so many mails in so many seconds, from the whole fleet. */
const rate = z
  .string()
  .regex(/^[1-9]\d{0,6}\/[1-9]\d{0,6}$/, 'must be <count>/<seconds>, as in 100/60')
  .optional()
  .transform((text) => {
    if (text === undefined) return undefined;
    const [max = 0, seconds = 0] = text.split('/').map(Number);
    return { max, perMs: seconds * 1_000 };
  });

const apiUrl = z.url({ protocol: /^https?$/, error: 'must be an http(s) address' });

/** Handlers wait for others most of the time. */
const JOBS_PER_PROCESSOR = 5;

const schema = z
  .object({
    ...workerEnvironment,
    ...storageEnvironment,
    CONCURRENCY: environment.CONCURRENCY.default(JOBS_PER_PROCESSOR * availableParallelism()),
    SMTP_URL: address(['smtp:', 'smtps:']),
    /** How many connections to the mail server at most. */
    SMTP_POOL_SIZE: z.coerce.number('must be a whole number').int().min(1).max(1_000).default(5),
    /** In the order they are asked. */
    EMAIL_PROVIDERS: z
      .string()
      .default('smtp')
      .transform((text) => text.split(',').map((name) => name.trim()))
      .pipe(
        z
          .array(z.enum(PROVIDERS, `must name providers among ${PROVIDERS.join(', ')}`))
          .refine((names) => new Set(names).size === names.length, 'must name each once'),
      ),
    SMTP_RATE: rate,
    SENDGRID_API_KEY: z.string().optional(),
    SENDGRID_URL: apiUrl.default('https://api.sendgrid.com'),
    SENDGRID_RATE: rate,
    AWS_SES_ACCESS_KEY: z.string().optional(),
    AWS_SES_SECRET_KEY: z.string().optional(),
    AWS_SES_REGION: z.string().default('us-east-1'),
    /** Amazon's own in the region unless set. */
    SES_URL: apiUrl.optional(),
    SES_RATE: rate,
    MAILGUN_API_KEY: z.string().optional(),
    MAILGUN_DOMAIN: z.string().optional(),
    MAILGUN_URL: apiUrl.default('https://api.mailgun.net'),
    MAILGUN_RATE: rate,
    MAIL_FROM: z.string('must be set').transform((value, context) => {
      const sender = parseSender(value);
      if (sender !== null) return sender;
      context.addIssue('must be an address, as in "Taskyard <hello@example.com>"');
      return z.NEVER;
    }),
    /** Where people reach the product; links in mails start with it. */
    PUBLIC_URL: address(['http:', 'https:']),
  })
  .superRefine((env, context) => {
    for (const provider of env.EMAIL_PROVIDERS) {
      for (const path of CREDENTIALS[provider].filter((name) => env[name] === undefined)) {
        const message = `must be set, as EMAIL_PROVIDERS names ${provider}`;
        context.addIssue({ code: 'custom', path: [path], message });
      }
    }
  })
  .transform((env) => ({
    ...workerConfigOf(env),
    ...storageConfigOf(env),
    smtpUrl: env.SMTP_URL,
    poolSize: env.SMTP_POOL_SIZE,
    providers: env.EMAIL_PROVIDERS,
    smtpRate: env.SMTP_RATE,
    sendGrid:
      env.SENDGRID_API_KEY === undefined
        ? undefined
        : { apiKey: env.SENDGRID_API_KEY, url: env.SENDGRID_URL, rate: env.SENDGRID_RATE },
    ses:
      env.AWS_SES_ACCESS_KEY === undefined || env.AWS_SES_SECRET_KEY === undefined
        ? undefined
        : {
            accessKeyId: env.AWS_SES_ACCESS_KEY,
            secretAccessKey: env.AWS_SES_SECRET_KEY,
            region: env.AWS_SES_REGION,
            url: env.SES_URL,
            rate: env.SES_RATE,
          },
    mailgun:
      env.MAILGUN_API_KEY === undefined || env.MAILGUN_DOMAIN === undefined
        ? undefined
        : {
            apiKey: env.MAILGUN_API_KEY,
            domain: env.MAILGUN_DOMAIN,
            url: env.MAILGUN_URL,
            rate: env.MAILGUN_RATE,
          },
    from: env.MAIL_FROM,
    publicUrl: env.PUBLIC_URL,
  }));

export type Config = ReturnType<typeof loadConfig>;

/** @throws {ConfigError} naming every variable at fault. */
export const loadConfig = (env: Environment) => {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  return parseEnvironment(
    schema,
    set['NODE_ENV'] === 'production' ? set : { ...DEVELOPMENT, ...set },
  );
};
