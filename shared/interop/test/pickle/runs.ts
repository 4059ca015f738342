/** How often each property is tried. `PICKLE_FUZZ_RUNS=1000000` for the long version. */
export const RUNS = Number(process.env['PICKLE_FUZZ_RUNS'] ?? 1000);

/** Values of every kind take longer to make and to compare than bytes. */
export const VALUE_RUNS = Math.ceil(RUNS / 5);

/** Python's side of a comparison takes longer still. */
export const PYTHON_RUNS = Math.min(Math.ceil(RUNS / 5), 20_000);

/** Generous: what is asked of a property is its outcome, and that it ends. */
export const TIMEOUT_MS = 60_000 + RUNS * 10;
