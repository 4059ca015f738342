/**
 * What each recorded scenario is checked for. Every scenario must be named; some are about taking, giving
 * back and answering over a live Redis, and are checked with real Python programs in a file that is named.
 *
 * - `produce`: what a client sends
 * - `outcomes`: what a worker stores, sends and counts after each task
 * - `sends`: its tasks send others while they run, which no plan can know
 * - `replace`: a task that gives way to another
 * - `control`: requests and replies of remote control
 * - `events`: what workers and clients tell about
 * - `results`: what a client reads
 * - a file, from the folder of the projects: what programs of Python's see
 */
export type Check =
  | 'produce'
  | 'outcomes'
  | 'sends'
  | 'replace'
  | 'control'
  | 'events'
  | 'results'
  | `${string}.test.ts`;

const side = (name: string): Check => `interop/test/celery/side/${name}.test.ts`;

/** Beside a worker of Python's, whose answers ours are compared with. */
const alike = (name: string): Check => `cli/test/celery/${name}.test.ts`;

const all = (names: string, checks: readonly Check[]) =>
  names
    .trim()
    .split(/\s+/)
    .map((name) => [name, checks] as const);

export const SCENARIOS: Readonly<Record<string, readonly Check[]>> = Object.fromEntries([
  ...all(
    `produce-chain-group-chain produce-chain-link-error produce-chain3 produce-chord-body-group
     produce-chord-group-in-header produce-chord-link-error produce-chord-of-chains produce-chord3
     produce-chunks produce-compression-bzip2 produce-compression-gzip produce-compression-zlib
     produce-countdown produce-delay produce-empty-chord produce-eta produce-eta-naive
     produce-exchange-routingkey produce-exchange-unbound-dropped produce-expires-datetime
     produce-expires-seconds produce-group-in-group produce-group-of-chains produce-group3
     produce-json-types produce-link produce-link-list produce-map produce-nested-chord produce-options
     produce-priority-all produce-protocol1 produce-queue produce-retry-policy produce-serializer-pickle
     produce-serializer-yaml produce-stamps produce-starmap produce-task-sent-event`,
    ['produce'],
  ),
  ...all(
    `canvas-chain-ending-in-chord canvas-chain-ending-in-group canvas-chain-failure canvas-chain-group-chain
     canvas-chain3 canvas-chord-body-failure canvas-chord-body-group canvas-chord-header-failure
     canvas-chord-header-failure-errback canvas-chord-nested-group canvas-chord-of-chains
     canvas-chord-of-chains-failure canvas-chord3 canvas-chunks canvas-group3 canvas-link
     canvas-link-error-unregistered canvas-link-group canvas-map-starmap canvas-nested-chord`,
    ['outcomes'],
  ),
  ...all('canvas-link-error', ['outcomes']),
  ...all('canvas-add-to-chord', ['outcomes', 'sends', 'replace']),
  ...all('canvas-replace canvas-replace-group canvas-replace-in-chain', ['outcomes', 'replace']),
  ...all(
    `exec-acks-late exec-compression-bzip2 exec-compression-gzip exec-compression-zlib exec-countdown
     exec-expired exec-expires-before-eta exec-failure exec-failure-custom-exception exec-hard-time-limit
     exec-hard-time-limit-acks-late exec-protocol1 exec-request-info exec-result-types exec-retry
     exec-retry-exhausted exec-soft-time-limit exec-success exec-time-limit-message exec-unknown-task
     exec-worker-lost exec-duplicate-id exec-malformed-messages`,
    ['outcomes'],
  ),
  ...all('exec-children exec-update-state', ['outcomes', 'sends']),
  ...all('exec-ignore exec-reject-requeue', [side('handlers')]),
  ...all('exec-ignore-result exec-ignore-result-failure exec-ignore-result-per-call', [
    side('options'),
  ]),
  ...all('exec-poison-no-delivery-info', [side('clients')]),
  ...all('exec-reject', [side('acks')]),
  ...all(
    `event-chain-extended event-chord-extended event-failure event-options event-retry event-revoked
     event-stamped-extended event-success event-unknown-task event-worker-lost-acks-late`,
    ['events', 'outcomes'],
  ),
  ...all('event-rejected', ['events', side('acks')]),
  ...all('event-mingle-two-workers', ['events', side('control')]),
  ...all('event-worker-lifecycle', ['events', alike('events')]),
  ...all(
    `control-add-cancel-consumer control-add-consumer-topic control-autoscale control-election-no-gossip
     control-errors control-pool-grow-shrink control-revoke-reply control-revoke control-revoke-terminate
     control-revoke-terminate-acks-late control-shutdown`,
    ['control', alike('control')],
  ),
  ...all(
    `control-enable-events control-rate-limit control-revoke-by-stamped-headers control-time-limit`,
    ['control', side('control')],
  ),
  ...all(
    `cli-inspect-control inspect-active inspect-active_queues inspect-busy inspect-clock inspect-conf
     inspect-memsample inspect-ping inspect-ping-destination inspect-ping-pattern inspect-registered
     inspect-registered-args inspect-report inspect-reserved inspect-revoked inspect-scheduled
     inspect-stats`,
    ['control', alike('inspect')],
  ),
  ...all('client-forget client-get-pending client-group-save-restore-delete', ['results']),
  ...all('crash-cold-shutdown-restore crash-kill9-visibility-restore shutdown-warm', [
    side('deaths'),
  ]),
  ...all('crash-reject-on-worker-lost', [side('acks')]),
  ...all('client-purge option-ack-emulation-off option-fanout-legacy', [side('options')]),
  ...all(
    `option-chord-unordered option-global-keyprefix option-sep-steps-fanoutprefix
     option-enable-utc-false option-result-expires-none`,
    ['outcomes', side('options')],
  ),
  ...all('option-deduplicate-successful', ['outcomes', side('acks')]),
]);
