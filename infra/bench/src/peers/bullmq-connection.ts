/** What BullMQ makes its connections of, with options of its own choice. */
export const connection = (() => {
  const { hostname: host, port } = new URL(process.argv[2] ?? '');
  return { host, port: Number(port) };
})();

/** Results are kept for an hour, as ours are. */
export const KEEP_RESULTS = { age: 3_600 };
