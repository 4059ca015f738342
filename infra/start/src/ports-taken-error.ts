import { PlatformError } from '@shared/errors';

/** Ports that we would announce are in use; lists every one at once. */
export class PortsTakenError extends PlatformError {
  readonly code = 'ports_taken';
  readonly retryable = false;

  constructor(
    taken: readonly {
      variable: string;
      port: number;
      holder: { pid: number; command: string } | undefined;
    }[],
  ) {
    const by = taken.map(({ port, holder }) =>
      holder === undefined
        ? `port ${port} is taken`
        : `port ${port} is taken by process ${holder.pid} (${holder.command})`,
    );
    const example = taken.map(({ variable }) => `${variable}=0`).join(' ');
    super({
      what: 'Cannot start',
      why: by.join('; '),
      fix: `Stop what listens there, or choose other ports, as in "${example} npm start" (0 = any free one).`,
    });
  }
}
