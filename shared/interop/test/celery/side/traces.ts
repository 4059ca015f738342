import { watchBroker } from './watch-broker.ts';

/** What a broker was told about each task, as far as that says who lost it. */
export type Traces = Disposable & {
  /** Messages that were pushed to a queue, and nobody was heard of having since. */
  lostByKombu(): string[];
};

/** One message, into the queue of this database: other tests push to theirs, and more at once. */
const pushedIn = (db: string) =>
  new RegExp(String.raw`^\S+ \[${db} [^\]]+\] "[lr]push" "celery" ("(?:[^"\\]|\\.)*")$`, 'i');
const TASK = /"id": ?"([^"]+)"/;
/** What is written about a task once somebody has it: a result, a job of ours, or that its message is held. */
const WRITES = /^\S+ \[\d+ [^\]]+\] "(?:set|setex|hset|hmset)" /i;
const HAD =
  /celery-task-meta-([\w-]{36})|:celery:([\w-]{36})|"unacked" "[^"]+" ".*?\\"id\\": ?\\"([\w-]{36})/gi;

export const watchTraces = async (brokerUrl: string): Promise<Traces> => {
  /** Messages that were pushed and not heard of since. */
  const pushed = new Map<string, string>();
  const push = pushedIn(new URL(brokerUrl).pathname.slice(1));
  const watching = await watchBroker(brokerUrl, (line) => {
    const text = push.exec(line)?.[1];
    if (text === undefined) {
      if (!WRITES.test(line)) return;
      for (const [, ...ids] of line.matchAll(HAD)) {
        for (const id of ids) if (id !== undefined) pushed.delete(id);
      }
      return;
    }
    const message = unescaped(text);
    const id = TASK.exec(message)?.[1];
    if (id !== undefined) pushed.set(id, message);
  });
  return {
    lostByKombu: () => [...pushed.values()],
    [Symbol.dispose]: () => watching[Symbol.dispose](),
  };
};

/** Redis quotes as C does, which for our bytes is as JSON does but for \xNN. */
const unescaped = (text: string) =>
  JSON.parse(
    text.replaceAll(/\\x([0-9a-f]{2})/g, '\\u00$1').replaceAll('\\a', '\\u0007'),
  ) as string;
