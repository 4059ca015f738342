import { type Logger, pino, stdSerializers } from 'pino';

export type { Logger } from 'pino';

/** Never logged, wherever in a line's fields they stand. */
const SECRET_FIELDS = ['password', 'token', 'secret', 'authorization', 'apiKey', 'payload'];

/**
 * JSON lines on stdout. Give what the process is (`service`) once; children add queue, task, jobId
 * and attempt. Messages are constant, values go into fields.
 */
export const createLogger = ({
  service,
  level = 'info',
}: {
  service: string;
  level?: string;
}): Logger =>
  pino({
    level,
    base: { service, pid: process.pid },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { error: stdSerializers.err, err: stdSerializers.err },
    redact: {
      paths: SECRET_FIELDS.flatMap((field) => [field, `*.${field}`]),
      censor: '[redacted]',
    },
  });

/** A logger whose lines, JSON texts with `level`, `msg` and the fields, somebody else writes. */
export const relayedLogger = (level: string, relay: (line: string) => void): Logger =>
  pino(
    {
      level,
      base: null,
      timestamp: false,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: stdSerializers.err, err: stdSerializers.err },
    },
    { write: relay },
  );

/** A logger that says nothing, for tests and libraries. */
export const silentLogger = (): Logger => pino({ level: 'silent' });
