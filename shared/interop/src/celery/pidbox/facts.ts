import type { PickleValue } from '../../pickle/index.ts';
import { floatValue } from '../../pickle/values/numbers.ts';
import type { TaskMessage } from '../message/task-message.ts';
import { momentIso, momentOf } from '../json/iso-texts.ts';
import { pythonRepr } from '../repr/repr.ts';

export type TaskFacts = {
  message: TaskMessage;
  nodename: string;
  /** Milliseconds since 1970; null for one that does not run. */
  startedMs?: number | null;
  isAcknowledged?: boolean;
  pid?: number | null;
  /** Arguments as repr texts, as `active(safe=True)` wants them. */
  isSafe?: boolean;
};

/** A task as `active`, `reserved` and `query_task` show it. */
export const taskInfo = ({
  message,
  nodename,
  startedMs = null,
  isAcknowledged = false,
  pid = null,
  isSafe = false,
}: TaskFacts) => ({
  id: message.id,
  name: message.shadow ?? message.task,
  args: isSafe ? (message.argsRepr ?? '') : message.raw.args,
  kwargs: isSafe ? (message.kwargsRepr ?? '') : message.raw.kwargs,
  type: message.task,
  hostname: nodename,
  time_start: startedMs === null ? null : floatValue(startedMs / 1000),
  acknowledged: isAcknowledged,
  delivery_info: {
    exchange: message.deliveryInfo?.exchange ?? '',
    routing_key: message.deliveryInfo?.routingKey ?? '',
    priority: message.priority,
    redelivered: message.deliveryInfo?.redelivered ?? false,
  },
  worker_pid: pid,
});

/** A task that waits for its time, as `scheduled` shows it. */
export const scheduledInfo = (facts: TaskFacts & { etaMs: number }) => ({
  eta: etaText(facts.message.eta?.text ?? '', facts.etaMs),
  priority: 6,
  request: taskInfo(facts),
});

/** What `registered` shows of a task: its name, and the attributes asked for that are not None. */
export const registeredInfo = (
  name: string,
  attributes: ReadonlyMap<string, PickleValue> = new Map(),
): string => {
  const shown = [...attributes]
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : pythonRepr(value)}`);
  return shown.length === 0 ? name : `${name} [${shown.join(' ')}]`;
};

/** What is asked for unless the caller says otherwise. */
export const REGISTERED_ATTRIBUTES = ['exchange', 'routing_key', 'rate_limit'] as const;

/** A queue that is consumed from, as `active_queues` shows it. */
export const queueInfo = ({
  queue,
  exchange = queue,
  exchangeType = 'direct',
  routingKey = queue,
}: {
  queue: string;
  exchange?: string;
  exchangeType?: string;
  routingKey?: string;
}) => ({
  name: queue,
  exchange: {
    name: exchange,
    type: exchangeType,
    arguments: null,
    durable: true,
    passive: false,
    auto_delete: false,
    delivery_mode: null,
    no_declare: false,
  },
  routing_key: routingKey,
  queue_arguments: null,
  binding_arguments: null,
  consumer_arguments: null,
  durable: true,
  exclusive: false,
  auto_delete: false,
  no_ack: false,
  alias: null,
  bindings: [],
  no_declare: null,
  expires: null,
  message_ttl: null,
  max_length: null,
  max_length_bytes: null,
  max_priority: null,
});

export type WorkerStats = {
  /** Tasks done by name. */
  total: Readonly<Record<string, number>>;
  pid: number;
  clock: number;
  /** Seconds. */
  uptime: number;
  /** What the pool began with; `processes` says what it is now. */
  concurrency: number;
  /** Process ids of the pool, one for each slot; our jobs share a process or have one of their own. */
  processes: readonly number[];
  /** How many tasks were given to the pool. */
  written: number;
  broker: {
    hostname: string;
    userid: string | null;
    port: number;
    virtualHost: string;
    ssl: boolean;
  };
  prefetchCount: number;
  autoscaler?: { max: number; min: number; current: number; queued: number };
  resources: NodeJS.ResourceUsage;
};

/** What `stats` answers. Flower needs `broker`, `total` and all of `pool`. */
export const workerStats = (stats: WorkerStats) => ({
  total: stats.total,
  pid: stats.pid,
  clock: String(stats.clock),
  uptime: stats.uptime,
  pool: {
    implementation: 'taskyard:WorkerPool',
    'max-concurrency': stats.concurrency,
    processes: stats.processes,
    'max-tasks-per-child': 'N/A',
    'put-guarded-by-semaphore': false,
    timeouts: [0, 0],
    writes: {
      total: stats.written,
      // Shares of each process that was written to: all of ours are one.
      avg: stats.written === 0 ? '0.00' : '1.00',
      all: stats.written === 0 ? '' : '1.00',
      raw: stats.written === 0 ? '' : String(stats.written),
      strategy: 'fair',
      inqueues: { total: stats.processes.length, active: 0 },
    },
  },
  broker: {
    hostname: stats.broker.hostname,
    userid: stats.broker.userid,
    virtual_host: stats.broker.virtualHost,
    port: stats.broker.port,
    insist: false,
    ssl: stats.broker.ssl,
    transport: 'redis',
    connect_timeout: 4,
    transport_options: {},
    login_method: null,
    uri_prefix: null,
    heartbeat: floatValue(120),
    failover_strategy: 'round-robin',
    alternates: [],
    credential_provider: null,
  },
  prefetch_count: stats.prefetchCount,
  ...(stats.autoscaler === undefined
    ? {}
    : {
        autoscaler: {
          max: stats.autoscaler.max,
          min: stats.autoscaler.min,
          current: stats.autoscaler.current,
          qty: stats.autoscaler.queued,
        },
      }),
  rusage: usageOf(stats.resources),
});

/** As Python's `getrusage` names them; what libuv counts in microseconds is in seconds there. */
const usageOf = (used: NodeJS.ResourceUsage) => ({
  utime: floatValue(used.userCPUTime / 1e6),
  stime: floatValue(used.systemCPUTime / 1e6),
  maxrss: used.maxRSS,
  ixrss: used.sharedMemorySize,
  idrss: used.unsharedDataSize,
  isrss: used.unsharedStackSize,
  minflt: used.minorPageFault,
  majflt: used.majorPageFault,
  nswap: used.swappedOut,
  inblock: used.fsRead,
  oublock: used.fsWrite,
  msgsnd: used.ipcSent,
  msgrcv: used.ipcReceived,
  nsignals: used.signalsCount,
  nvcsw: used.voluntaryContextSwitches,
  nivcsw: used.involuntaryContextSwitches,
});

/** In UTC; with its microseconds if it came in UTC, which Celery 5.2 does not say. */
const etaText = (text: string, etaMs: number) => {
  const [exact] = [text, `${text}+00:00`].filter((one) => one.endsWith('+00:00'));
  return exact !== undefined && momentOf(exact) === etaMs ? exact : momentIso(etaMs);
};
