import {
  controlAnswer,
  missingArguments,
  queueInfo,
  readRateLimit,
  registeredInfo,
  scheduledInfo,
  taskInfo,
  unknownCommand,
  type ControlRequest,
  type TaskMessage,
} from '../../src/celery/index.ts';
import type { PickleValue } from '../../src/pickle/index.ts';
import { pushedTasks } from './recording.ts';
import { asText, withoutFloats, type Vector } from './vectors.ts';

/** What we would answer, from what the recorded answer says about the worker; undefined for its own facts. */
export const answerTo = (request: ControlRequest, theirs: PickleValue, vector: Vector): unknown => {
  const { method, arguments: args } = request;
  const text = theirs instanceof Map ? asText(theirs.get('ok') ?? theirs.get('error')) : '';
  const argument = (name: string) => args.get(name) as string;
  if (text.includes('missing'))
    return missingArguments(
      method,
      (text.match(/'(\w+)'/g) ?? []).map((name) => name.slice(1, -1)),
    );
  if (text === "KeyError('no_such_command')") return unknownCommand(method);
  if (text === 'unknown task') return controlAnswer.unknownTask();
  switch (method) {
    case 'ping':
      return controlAnswer.pong();
    case 'revoke':
      return answerRevoke(text, args.get('task_id') ?? null, vector.release);
    case 'revoke_by_stamped_headers':
      return answerStamps(text, args.get('headers') ?? null, theirs);
    case 'rate_limit': {
      const limit = readRateLimit(args.get('rate_limit') ?? null);
      if (!limit.ok) return limit.answer;
      return limit.perSecond === null ? controlAnswer.rateLimitOff() : controlAnswer.rateLimitSet();
    }
    case 'time_limit':
      return controlAnswer.timeLimitsSet();
    case 'pool_grow':
      return text.includes('autoscale')
        ? controlAnswer.poolGrowWithAutoscale()
        : controlAnswer.poolGrow();
    case 'pool_shrink':
      return text.includes('autoscale')
        ? controlAnswer.poolShrinkWithAutoscale()
        : controlAnswer.poolShrink();
    case 'autoscale':
      return text.startsWith('ValueError')
        ? controlAnswer.autoscaleOff()
        : controlAnswer.autoscale(Number(args.get('max')), Number(args.get('min')));
    case 'pool_restart':
      return controlAnswer.poolRestartOff();
    case 'add_consumer':
      return controlAnswer.consumerAdded(argument('queue'));
    case 'cancel_consumer':
      return controlAnswer.consumerCancelled(argument('queue'));
    case 'enable_events':
      return controlAnswer.eventsEnabled(text.includes('already'));
    case 'disable_events':
      return controlAnswer.eventsDisabled(text.includes('already'));
    case 'clock':
      return controlAnswer.clock(Number((theirs as Map<string, PickleValue>).get('clock')));
    case 'active_queues':
      return (theirs as Map<string, PickleValue>[]).map((queue) => remakeQueue(queue, vector));
    case 'active':
    case 'reserved':
      return (theirs as Map<string, PickleValue>[]).map((info) =>
        remakeInfo(info, vector, args.get('safe') === true),
      );
    case 'scheduled':
      return (theirs as Map<string, PickleValue>[]).map((item) => {
        const info = item.get('request') as Map<string, PickleValue>;
        const facts = factsOf(info, vector);
        if (facts.message === undefined) return item; // Sent before the recording began.
        return scheduledInfo({
          ...facts,
          etaMs: facts.message.eta?.epochMs ?? 0,
        });
      });
    case 'registered':
      return (theirs as string[]).map((shown) => {
        const [, name = '', attributes = ''] = /^(\S+)(?: \[(.*)\])?$/.exec(shown) ?? [];
        const pairs = attributes
          .split(' ')
          .filter(Boolean)
          .map((pair) => pair.split('=') as [string, string]);
        return registeredInfo(name, new Map(pairs));
      });
    default:
      return undefined;
  }
};

const remakeQueue = (queue: Map<string, PickleValue>, vector: Vector) => {
  const exchange = queue.get('exchange') as Map<string, PickleValue>;
  const item = queueInfo({
    queue: queue.get('name') as string,
    exchange: exchange.get('name') as string,
    exchangeType: exchange.get('type') as string,
    routingKey: queue.get('routing_key') as string,
  });
  // A queue that was added by name has no arguments of its own in one release and empty ones in another.
  return {
    ...item,
    durable: queue.get('durable'),
    auto_delete: queue.get('auto_delete'),
    vector: vector.release,
  };
};

const answerRevoke = (text: string, ids: PickleValue, release: Vector['release']) => {
  const list = (Array.isArray(ids) ? ids : [ids]) as string[];
  if (text.startsWith('tasks')) return controlAnswer.revoked(list, release);
  if (text === 'terminate: tasks unknown') return controlAnswer.terminated([]);
  return controlAnswer.terminated(list);
};

const answerStamps = (text: string, headers: PickleValue, theirs: PickleValue) => {
  if (text.includes('but not')) return controlAnswer.headersRevoked(headers);
  if (text.includes('were not')) return controlAnswer.headersNotTerminated(headers);
  return theirs;
};

const factsOf = (info: Map<string, PickleValue>, vector: Vector) => {
  const message = pushedTasks(vector).find(({ message }) => message?.id === info.get('id'))
    ?.message as TaskMessage; // Undefined for one from before the recording.
  const started = info.get('time_start') ?? null;
  return {
    message,
    nodename: info.get('hostname') as string,
    startedMs: started === null ? null : Number(withoutFloats(started)) * 1000,
    isAcknowledged: info.get('acknowledged') === true,
    pid: (info.get('worker_pid') ?? null) as number | null,
  };
};

const remakeInfo = (info: Map<string, PickleValue>, vector: Vector, isSafe: boolean) => {
  const facts = factsOf(info, vector);
  return facts.message === undefined ? info : taskInfo({ ...facts, isSafe });
};
