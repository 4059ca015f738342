import type { Mailer } from '../src/mailer.ts';
import { connectMailgunMailer } from '../src/providers/mailgun-mailer.ts';
import { connectSendGridMailer } from '../src/providers/sendgrid-mailer.ts';
import { connectSesMailer } from '../src/providers/ses-mailer.ts';
import { CREDENTIALS } from './fake-mail-api.ts';

export const PROVIDERS = ['sendgrid', 'ses', 'mailgun'] as const;
export type ProviderName = (typeof PROVIDERS)[number];

const from = { name: 'Taskyard', address: 'hello@taskyard.example' };
const region = 'eu-central-1';

/** A provider's real adapter, pointed at an address of ours. */
export const openProvider = (
  provider: ProviderName,
  url: string,
  { wrongKey = false }: { wrongKey?: boolean } = {},
): Mailer => {
  switch (provider) {
    case 'sendgrid': {
      const apiKey = wrongKey ? 'SG.another' : CREDENTIALS.sendgrid;
      return connectSendGridMailer({ apiKey, url, from });
    }
    case 'mailgun': {
      const apiKey = wrongKey ? 'another' : CREDENTIALS.mailgun;
      return connectMailgunMailer({ apiKey, domain: 'mg.example.com', url, from });
    }
    case 'ses': {
      const { accessKeyId, secretAccessKey } = CREDENTIALS.ses;
      const id = wrongKey ? 'ANOTHER' : accessKeyId;
      return connectSesMailer({ accessKeyId: id, secretAccessKey, region, url, from });
    }
  }
};
