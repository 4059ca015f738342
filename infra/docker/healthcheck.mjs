// Asks the process in this container whether it is ready; run as `healthcheck.mjs <port>`.
const port = process.argv[2];
const signal = AbortSignal.timeout(4_000);
try {
  const { ok } = await fetch(`http://127.0.0.1:${port}/health/ready`, { signal });
  process.exit(ok ? 0 : 1);
} catch {
  process.exit(1);
}
