/** What kombu puts between the parts of a key or of a binding. */
export const SEPARATOR = '\u0006\u0016';

export type BrokerOptions = {
  /** In front of every key and channel, as it is. Default none. */
  globalKeyprefix?: string;
  /** Between a queue and its priority step, and in bindings. Default {@link SEPARATOR}. */
  sep?: string;
  /** In ascending order, as `broker_transport_options` has them. Default 0, 3, 6, 9. */
  prioritySteps?: readonly number[];
  unackedKey?: string;
  unackedIndexKey?: string;
  unackedMutexKey?: string;
  /** The database number, which is part of the names of fanout channels. Default 0. */
  db?: number;
  /** `fanout_prefix`: true puts `/<db>.` in front of fanout channels, a text is used instead. Default true. */
  fanoutPrefix?: boolean | string;
  /** `fanout_patterns`: whether the routing key is part of a fanout channel. Default true. */
  fanoutPatterns?: boolean;
};

export type Binding = { routingKey: string; pattern: string; queue: string };

/** The keys and channels of a kombu broker on Redis. */
export type BrokerNames = ReturnType<typeof createBrokerNames>;

export const createBrokerNames = ({
  globalKeyprefix = '',
  sep = SEPARATOR,
  prioritySteps = [0, 3, 6, 9],
  unackedKey = 'unacked',
  unackedIndexKey = 'unacked_index',
  unackedMutexKey = 'unacked_mutex',
  db = 0,
  fanoutPrefix = true,
  fanoutPatterns = true,
}: BrokerOptions = {}) => {
  const steps = [...prioritySteps].sort((a, b) => a - b);
  const prefixed = (key: string) => globalKeyprefix + key;
  const stepOf = (priority: number) => {
    const clamped = Math.min(Math.max(priority, 0), 9);
    return steps.findLast((step) => step <= clamped) ?? steps[0] ?? 0;
  };
  const stepKey = (queue: string, step: number) =>
    prefixed(step === 0 ? queue : `${queue}${sep}${step}`);
  const fanout = fanoutPrefix === true ? '/{db}.' : fanoutPrefix === false ? '' : fanoutPrefix;
  const exchangeChannel = (exchange: string) =>
    prefixed(fanout.replaceAll('{db}', String(db)) + exchange);

  return {
    steps: steps as readonly number[],
    sep,
    /** The list that a message of this priority goes to. 0 is the most urgent. */
    queueKey: (queue: string, priority = 0): string => stepKey(queue, stepOf(priority)),
    /** All lists of a queue, the most urgent first. */
    queueKeys: (queue: string): string[] => steps.map((step) => stepKey(queue, step)),
    stepOf,
    /** The queue that a list belongs to. */
    queueOf: (key: string): string => {
      const name = key.startsWith(globalKeyprefix) ? key.slice(globalKeyprefix.length) : key;
      const at = name.lastIndexOf(sep);
      return at === -1 ? name : name.slice(0, at);
    },
    unacked: prefixed(unackedKey),
    unackedIndex: prefixed(unackedIndexKey),
    unackedMutex: prefixed(unackedMutexKey),
    bindingKey: (exchange: string): string => prefixed(`_kombu.binding.${exchange}`),
    writeBinding: ({ routingKey, pattern, queue }: Binding): string =>
      [routingKey, pattern, queue].join(sep),
    /** Null for a member that is no binding. */
    readBinding: (member: string): Binding | null => {
      const [routingKey, pattern, queue, ...more] = member.split(sep);
      if (routingKey === undefined || pattern === undefined || queue === undefined) return null;
      return more.length === 0 ? { routingKey, pattern, queue } : null;
    },
    /** Where events and remote control are published. */
    fanoutChannel: (exchange: string, routingKey = ''): string =>
      exchangeChannel(exchange) + (fanoutPatterns && routingKey !== '' ? `/${routingKey}` : ''),
    /** What to PSUBSCRIBE to for a fanout exchange, `routingKey` being a topic such as `worker.#`. */
    fanoutPattern: (exchange: string, routingKey = ''): string => {
      if (!fanoutPatterns || routingKey === '') return exchangeChannel(exchange);
      return `${exchangeChannel(exchange)}/${routingKey.replaceAll('#', '*')}`;
    },
  };
};

/**
 * The queues that a message for an exchange goes to: those with its routing key, or whose pattern, a
 * regular expression that kombu derived from a topic, fits it.
 */
export const boundQueues = (bindings: readonly Binding[], routingKey: string): string[] =>
  bindings
    .filter(({ routingKey: own, pattern }) =>
      pattern === '' ? own === routingKey : topicPattern(own).test(routingKey),
    )
    .map(({ queue }) => queue);

/** `*` is one word, `#` any number of them. Made from the topic itself: foreign patterns are not run. */
export const topicPattern = (topic: string): RegExp => {
  const words = topic.split('.').map((word) => {
    if (word === '*') return '[^.]*';
    return word === '#' ? '.*' : word.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  });
  return new RegExp(`^${words.join('\\.')}$`, 'u');
};

const KOMBU_WILDCARDS: Readonly<Record<string, string>> = { '*': '.*?[^\\.]', '#': '.*?' };

/** The regular expression that kombu keeps with a topic, for its own programs. */
export const kombuPattern = (topic: string): string =>
  `^${topic
    .split('.')
    .map((word) => KOMBU_WILDCARDS[word] ?? word)
    .join('\\.')}$`;
