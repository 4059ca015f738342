import { type Logger, silentLogger } from '@shared/service';
import { openMailFolder } from './mail-folder.ts';
import type { Mail } from './mail.ts';
import { openMailStore } from './mail-store.ts';
import { startSmtpSide } from './smtp-side.ts';
import { startWebSide } from './web-side.ts';

export type Mailbox = AsyncDisposable & {
  smtpPort: number;
  webPort: number;
  /** What a program that sends mail is told: `smtp://127.0.0.1:1025`. */
  smtpUrl: string;
  /** Where the page is: `http://127.0.0.1:1080`. */
  url: string;
  /** The mails so far, newest first. */
  messages(filter?: { to?: string }): Mail[];
  /** Calls back for every new mail, and with `null` when all were deleted; returns how to stop it. */
  watch(listener: (mail: Mail | null) => void): () => void;
};

/**
 * A mailbox for development and tests: any mail sent to its SMTP port is kept and shown, none is
 * delivered. It asks for no password, so it belongs on the loopback address.
 *
 * @param smtpPort 0 = any free port, and so for `webPort`.
 * @param directory where mails survive a restart; in memory only without.
 * @param limit how many mails are kept; older ones leave.
 * @throws {PortTakenError} somebody else has one of the ports.
 */
export const startMailbox = async ({
  smtpPort = 0,
  webPort = 0,
  host = '127.0.0.1',
  directory,
  limit = 500,
  log = silentLogger(),
}: {
  smtpPort?: number;
  webPort?: number;
  host?: string;
  directory?: string | undefined;
  limit?: number;
  log?: Logger;
} = {}): Promise<Mailbox> => {
  await using opened = new AsyncDisposableStack();
  const folder = directory === undefined ? undefined : await openMailFolder(directory);
  const store = await openMailStore({ limit, folder, log });
  const smtp = opened.use(await startSmtpSide({ port: smtpPort, host, store, log }));
  const smtpUrl = `smtp://${reachable(host)}:${smtp.port}`;
  const web = opened.use(await startWebSide({ port: webPort, host, store, smtpUrl }));
  const servers = opened.move();
  return {
    smtpPort: smtp.port,
    webPort: web.port,
    smtpUrl,
    url: `http://${reachable(host)}:${web.port}`,
    messages: (filter) => store.list(filter),
    watch: (listener) => store.watch(listener),
    [Symbol.asyncDispose]: () => servers.disposeAsync(),
  };
};

/** An address to give to people: "every interface" is none. */
const reachable = (host: string) =>
  host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
