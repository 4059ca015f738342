import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { callbackify } from 'node:util';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer, type SMTPServerSession } from 'smtp-server';

/** What the server does with the next mail: takes it, refuses it, or something worse. */
export type Step =
  | { accept: true }
  /** Refuses the recipient. */
  | { refuse: number; message: string }
  /** Takes the whole mail and then refuses it. */
  | { refuseContent: number; message: string }
  /** Keeps the mail and never answers. */
  | { hang: true }
  /** Keeps the mail and breaks the line instead of answering. */
  | { dropAfterData: true };

export type ScriptedSmtp = AsyncDisposable & {
  url: string;
  port: number;
  /** The mails that it kept, whether or not it said so. */
  kept: Email[];
  /** How many mails were offered. */
  offers(): number;
  /** How many connections are open. */
  connections(): number;
  /** Resolves when a mail has been kept that will get no answer. */
  hanging: Promise<void>;
};

/**
 * A real SMTP server that follows a script, one step for each mail offered; afterwards it accepts.
 *
 * @param password refuse every login but with this password.
 */
export const startScriptedSmtp = async ({
  script = [],
  port = 0,
  password,
}: {
  script?: Step[];
  port?: number;
  password?: string;
} = {}): Promise<ScriptedSmtp> => {
  const steps = [...script];
  const kept: Email[] = [];
  const current = new WeakMap<SMTPServerSession, Step>();
  const hung = Promise.withResolvers<void>();
  let offers = 0;

  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    authOptional: password === undefined,
    disableReverseLookup: true,
    closeTimeout: 20,
    onAuth: (auth, _session, callback) =>
      auth.password === password
        ? callback(null, { user: 'somebody' })
        : callback(smtpError(535, '5.7.8 Wrong password of somebody@example.com')),
    onRcptTo(_address, session, callback) {
      offers += 1;
      const step = steps.shift() ?? { accept: true };
      current.set(session, step);
      callback('refuse' in step ? smtpError(step.refuse, step.message) : null);
    },
    onData(stream, session, callback) {
      const step = current.get(session) ?? { accept: true };
      const take = async () => {
        const content = await buffer(stream);
        if ('refuseContent' in step) throw smtpError(step.refuseContent, step.message);
        kept.push(await PostalMime.parse(content));
        if ('dropAfterData' in step) hangUp(server);
        if ('hang' in step) hung.resolve();
        if (!('accept' in step)) await new Promise(() => {}); // No answer, ever.
      };
      callbackify(take)((error) => callback(error, 'kept'));
    },
  });
  server.on('error', () => {}); // Clients that hang up are part of the script.
  if (!server.listen(port, '127.0.0.1').listening) await once(server.server, 'listening');
  const bound = (server.server.address() as AddressInfo).port; // A listening TCP server has no other kind.
  return {
    url: `smtp://127.0.0.1:${bound}`,
    port: bound,
    kept,
    offers: () => offers,
    connections: () => server.connections.size,
    hanging: hung.promise,
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  };
};

const hangUp = (server: SMTPServer) => {
  for (const connection of server.connections) connection.close();
};

const smtpError = (responseCode: number, message: string) =>
  Object.assign(new Error(message), { responseCode });
