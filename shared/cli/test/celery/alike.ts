/** What two workers in the same state may say differently: numbers of processes, clocks, times, databases, their own names. */
const MAY_DIFFER: readonly (readonly [RegExp, string])[] = [
  [/(["'](?:pid|worker_pid|uptime)["']: )\d+/g, '$1<int>'],
  [/("clock": "?)\d+/g, '$1<int>'],
  [/(["']time_start["']: )\d+\.\d+/g, '$1<float>'],
  [/("processes": \[)([^\]]*)/g, '$1<ints>'],
  [/("(?:utime|stime)": )\d+\.\d+(e-\d+)?/g, '$1<float>'],
  [/("(?:maxrss|(?:min|maj)flt|(?:in|ou)block|n(?:iv|v)csw)": )\d+/g, '$1<int>'],
  [/("implementation": )"[^"]*"/g, '$1<name>'],
  [/("virtual_host": )"\d+"/g, '$1<db>'],
  [/(redis:\/\/[^/]*\/)\d+/g, '$1<db>'],
  [/("include": )\[[^\]]*\]/g, '$1<modules>'],
  [/(include: (?:\n|\\n) *)\([^)]*\)/g, '$1<modules>'],
  [/(software -> )[^]*?(settings -> )/g, '$1<names>$2'],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, '<id>'],
];

/** Settings that Celery's own tests look for among those that are shown, and some that mean nothing to ours. */
const SHOWN_ANYWAY =
  /^ *"?(?:enable_utc|timezone|broker_heartbeat|worker_hijack_root_logger|worker_log_color|accept_content)"?: (?:\[[^\]]*\]|.*?),?\n/gm;

/** Sets have no order, and `inspect reserved` lists one. */
const sorted = (text: string): string =>
  text
    .replaceAll(/(?:^ {4}\* .*\n)+/gm, (list) => `${list.split('\n').sort().join('\n')}\n`)
    .replaceAll(/\{('[\w-]+'(?:, '[\w-]+')*)\}/g, (_, ids: string) => `{${inOrder(ids, ', ')}}`)
    .replace(/^(\{"[^"]*": \[)(\{"id".*\})(\]\})$/m, (_, begin, list: string, end) =>
      [begin, inOrder(list, /(?<=\}), (?=\{"id")/), end].join(''),
    );

const inOrder = (text: string, separator: string | RegExp) =>
  text.split(separator).sort().join(', ');

const shown = (text: string): string =>
  sorted(
    MAY_DIFFER.reduce(
      (rest, [pattern, instead]) => rest.replaceAll(pattern, instead),
      text.replaceAll(SHOWN_ANYWAY, '').replaceAll(/,(?=\n *\})/g, ''),
    ),
  );

/** What must be the same, whoever answers. */
export const alike = <Text extends { out: string; err: string }>(said: Text): Text => ({
  ...said,
  out: shown(said.out),
  err: shown(said.err),
});
