import { PlatformError } from '@shared/errors';

/** The payload on the command line, or on standard input, is no JSON. */
export class InvalidJsonError extends PlatformError {
  readonly code = 'invalid_json';
  readonly retryable = false;

  constructor(task: string, cause: unknown) {
    super(
      {
        what: `Payload of ${task} refused`,
        why: `"payload" is no JSON${placeOf(cause)}`,
        fix: `Quote it for the shell, as in '{"name":"Ada"}', or give - and pipe it in.`,
      },
      { cause, path: 'payload' },
    );
  }
}

/** The parser's message repeats the text, which may be personal; where it stumbled is enough. */
const placeOf = (cause: unknown) => {
  const place = /\(line \d+ column \d+\)/.exec(cause instanceof Error ? cause.message : '');
  return place === null ? '' : ` ${place[0]}`;
};
