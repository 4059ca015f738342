import { createLogger, runService, shutdownSignal } from '@shared/service';
import { loadConfig } from './config.ts';
import { startMailbox } from './start-mailbox.ts';

await runService(async () => {
  const { logLevel, ...config } = loadConfig(process.env);
  const log = createLogger({ service: 'mailbox', level: logLevel });

  await using mailbox = await startMailbox({ ...config, log });

  log.info({ smtpUrl: mailbox.smtpUrl, url: mailbox.url }, 'mailbox ready');
  log.info({ signal: await shutdownSignal() }, 'mailbox closing');
});
