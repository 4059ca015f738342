import type { Logger } from '@shared/service';
import type { Keys } from '../keys.ts';
import type { RedisConnection } from '../redis/connect.ts';
import { type Command, command, type CommandResults } from './command.ts';
import { isFor, type Message } from './message.ts';
import { type RawReply, writeReply } from './replies.ts';

/**
 * Deals with the messages of a worker's inbox: those that are for it are carried out and answered.
 *
 * @param obey carries a command out; what it returns is the answer.
 * @param afterwards called once the answer is on its way.
 */
export const answerMessages =
  ({
    place,
    self,
    obey,
    afterwards,
    log,
  }: {
    place: { redis: RedisConnection; keys: Keys };
    self: { id: string; queues: readonly string[] };
    obey(command: Command): CommandResults[Command['name']];
    afterwards(command: Command): void;
    log: Logger;
  }) =>
  async ({ id, target, command: sent, answer }: Message): Promise<void> => {
    if (!isFor(target, self)) return;
    const { data: wanted } = command.safeParse(sent);
    const reply: RawReply =
      wanted === undefined
        ? { worker: self.id, ok: false, reason: 'this release does not know the command' }
        : { worker: self.id, ok: true, result: obey(wanted) };
    if (answer) await writeReply(place, id, reply);
    if (wanted === undefined) {
      log.warn({ command: id }, 'unknown command refused');
      return;
    }
    // Cancellations come by the thousand, and are logged with their jobs.
    if (wanted.name !== 'cancel') log.info({ command: wanted }, 'command carried out');
    afterwards(wanted);
  };
