import type { LimitRule } from '@shared/contracts';
import { InvalidOptionError } from '@shared/errors';
import type { Logger } from '@shared/service';
import {
  type Command,
  command as commandSchema,
  type CommandResults,
  commandResults,
} from '../control/command.ts';
import { isFor, postCommand, type FleetTarget } from '../control/message.ts';
import { collectReplies, type RawReply } from '../control/replies.ts';
import { keysOf } from '../keys.ts';
import { parseRedisAddress } from '../redis/address.ts';
import { connectRedis } from '../redis/connect.ts';
import { whileAvailable } from '../redis/unavailable.ts';
import { readWorkers } from './read-workers.ts';
import { setLimit } from './set-limit.ts';
import type { WorkerInfo } from './worker-info.ts';

/** What one worker answered to a command, or that it did not. */
export type FleetReply<Result> = { worker: string } & (
  | { ok: true; result: Result }
  /** `no_reply`: not in time; `refused`: it cannot. */
  | { ok: false; code: 'no_reply' | 'refused'; reason: string }
);

/** Commands that make sense from outside; a job is cancelled by its handle. */
export type FleetCommand = Exclude<Command, { name: 'cancel' }>;

/** All worker processes of a prefix: what they do, and what they are told. */
export type Fleet = AsyncDisposable & {
  /** Every worker that was heard of within the last 15 seconds, by id. */
  workers(): Promise<WorkerInfo[]>;
  /**
   * Tells one, some or all workers something and collects their answers, one for each worker that is
   * meant. A worker whose connection is cut carries the command out once, when it is back, unless the
   * command has expired by then.
   *
   * @param options.timeoutMs how long answers are waited for; 5,000 unless told.
   * @param options.expiresInMs how old a command may get; 30,000 unless told.
   * @throws {InvalidOptionError} for a command that is none.
   * @throws {QueueUnavailableError} Redis does not answer.
   */
  command<Told extends FleetCommand>(
    target: FleetTarget,
    command: Told,
    options?: { timeoutMs?: number; expiresInMs?: number },
  ): Promise<FleetReply<CommandResults[Told['name']]>[]>;
  /**
   * Sets what a limit admits over the whole fleet, at once, whatever the contracts say; an empty rule
   * lets everything through.
   *
   * @param name a shared limit, or a task that has a concurrency or a rate of its own.
   * @throws {InvalidOptionError} for a task without: its jobs stand in no line that could be held up.
   * @throws {QueueUnavailableError} Redis does not answer.
   */
  setLimit(name: string, rule: LimitRule): Promise<void>;
};

const REPLY_TIMEOUT_MS = 5_000;

/** Opens the view on a fleet. */
export const openFleet = ({
  redisUrl,
  prefix = 'taskyard',
  log,
}: {
  redisUrl: string;
  /** `taskyard` unless told. */
  prefix?: string;
  log?: Logger;
}): Fleet => {
  const { shown } = parseRedisAddress(redisUrl);
  const redis = connectRedis({ url: redisUrl, name: 'taskyard:fleet', ...(log ? { log } : {}) });
  const keys = keysOf(prefix);
  const place = { redis, keys };

  const meantBy = async (target: FleetTarget): Promise<string[]> => {
    if (target !== 'all' && 'ids' in target) return [...new Set(target.ids)];
    const known = await readWorkers(place);
    return known.filter((worker) => isFor(target, worker)).map(({ id }) => id);
  };

  const tell = async (
    target: FleetTarget,
    told: Command,
    timeoutMs: number,
    expiresInMs: number | undefined,
  ): Promise<FleetReply<unknown>[]> => {
    const meant = await meantBy(target);
    if (meant.length === 0) return [];
    const { id: commandId } = await postCommand(place, {
      target,
      command: told,
      answer: true,
      ...(expiresInMs === undefined ? {} : { expiresInMs }),
    });
    const expected = new Set(meant);
    const replies = await collectReplies({ redisUrl, keys, commandId, expected, timeoutMs });
    const byWorker = new Map(replies.map((reply) => [reply.worker, reply]));
    const workers = [...new Set([...meant, ...byWorker.keys()])].sort();
    return workers.map((worker) => {
      const reply = byWorker.get(worker);
      if (reply !== undefined) return understood(told.name, reply);
      return { worker, ok: false, code: 'no_reply', reason: `no answer within ${timeoutMs} ms` };
    });
  };

  return {
    workers: () => whileAvailable(shown, () => readWorkers(place)),

    async command(target, command, { timeoutMs = REPLY_TIMEOUT_MS, expiresInMs } = {}) {
      const told = checkCommand(command);
      // The replies are those of this very command.
      return whileAvailable(shown, () => tell(target, told, timeoutMs, expiresInMs)) as never;
    },

    setLimit: (name, rule) => whileAvailable(shown, () => setLimit(place, name, rule)),

    async [Symbol.asyncDispose]() {
      redis.disconnect();
    },
  };
};

const checkCommand = (told: Command): Command => {
  const parsed = commandSchema.safeParse(told);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new InvalidOptionError(
    ['command', ...(issue?.path ?? [])].join('.'),
    issue?.message ?? 'it is no command',
    'See the commands that a fleet takes.',
  );
};

const understood = (name: Command['name'], reply: RawReply): FleetReply<unknown> => {
  const { worker } = reply;
  if (!reply.ok) return { worker, ok: false, code: 'refused', reason: reply.reason };
  const parsed = commandResults[name].safeParse(reply.result);
  if (parsed.success) return { worker, ok: true, result: parsed.data };
  return { worker, ok: false, code: 'refused', reason: 'its answer is of another release' };
};
