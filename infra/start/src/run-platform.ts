import { join } from 'node:path';
import { announce } from './announcement.ts';
import { choosePorts } from './choose-ports.ts';
import { claimDataDirectory } from './claim-data-directory.ts';
import type { Config } from './config.ts';
import { openDataServers } from './data-servers.ts';
import { platformEnvironment } from './environment.ts';
import { ffmpegEnvironment } from './ffmpeg.ts';
import { openLogFiles } from './log-files.ts';
import { keepAllRunning } from './processes.ts';
import { readProcfile } from './procfile.ts';
import { areReady } from './readiness.ts';
import { runRelease } from './release.ts';
import { developmentSecrets } from './secrets.ts';
import { aborted } from './stop-request.ts';
import type { Terminal } from './terminal.ts';
import { explainNotReady, welcome } from './welcome.ts';

/** Takes the place of a mail server while developing, so it stands in no Procfile. */
const MAILBOX = {
  name: 'mailbox',
  command: ['node_modules/.bin/node', 'infra/mailbox/src/main.ts'],
  description: 'catches every mail',
};

/**
 * Runs the whole platform until `stop` aborts: our own Redis and PostgreSQL unless others are given,
 * every process of the Procfile, and a mailbox. Whatever was started is stopped in reverse.
 *
 * @param env what every process gets beside the wiring.
 */
export const runPlatform = async (
  config: Config,
  { env, terminal, stop }: { env: NodeJS.ProcessEnv; terminal: Terminal; stop: AbortSignal },
): Promise<void> => {
  const { dataDirectory, graceMs } = config;
  await using opened = new AsyncDisposableStack();
  const claim = opened.use(await claimDataDirectory(dataDirectory));
  const procfile = await readProcfile(config.procfile);
  const ports = await choosePorts(config.ports);
  const secrets = await developmentSecrets(dataDirectory);
  const logs = opened.use(await openLogFiles(join(dataDirectory, 'logs')));

  terminal.say('Starting Redis, PostgreSQL and the services …');
  const servers = opened.use(await openDataServers(config, { logs, terminal }));
  const wiring = platformEnvironment(config, { ports, secrets, servers });
  const withVideo = procfile.some(({ name }) => name === 'video');
  const programs = withVideo ? await ffmpegEnvironment(env, terminal.say) : {};
  const options = { env: { ...env, ...programs, ...wiring }, ports, graceMs, logs, terminal };
  for (const line of procfile.filter(({ name }) => name === 'release')) {
    if (!stop.aborted) await runRelease(line, options);
  }
  if (stop.aborted) return;

  const withMailbox = config.smtpUrl === undefined ? [MAILBOX] : [];
  const services = procfile.filter(({ name }) => name !== 'release');
  // While the services drain they may still send mail: the mailbox starts first and stops last.
  const mailboxes = opened.use(await keepAllRunning(withMailbox, options));
  const workers = opened.use(await keepAllRunning(services, options));
  opened.defer(async () => {
    await claim.endsSoon();
    terminal.say(
      `\nStopping; jobs that run may finish within ${graceMs / 1_000} s. Ctrl-C again ends them now.`,
    );
  });
  const processes = [...workers.processes, ...mailboxes.processes];

  const ready = await areReady(processes, stop);
  if (stop.aborted) return;
  opened.use(await announce(dataDirectory, wiring));
  for (const one of processes.filter((each) => !ready.has(each))) {
    terminal.say(explainNotReady(one, logs.pathOf(one.name)));
  }
  terminal.say(welcome({ dataDirectory, wiring, servers, processes, ready }));
  await aborted(stop);
};
