const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/** Exit code of a process that a second signal ended at once: 128 + SIGINT, as a shell reports it. */
const IMPATIENT_EXIT_CODE = 130;

/**
 * Resolves with the first SIGTERM or SIGINT; the caller then drains. A second signal exits at once,
 * leaving what still runs to the lock's expiry.
 */
export const shutdownSignal = (): Promise<NodeJS.Signals> =>
  new Promise((resolve) => {
    let draining = false;
    const onSignal = (signal: NodeJS.Signals) => {
      if (draining) process.exit(IMPATIENT_EXIT_CODE);
      draining = true;
      resolve(signal);
    };
    for (const signal of SIGNALS) process.on(signal, onSignal);
  });
