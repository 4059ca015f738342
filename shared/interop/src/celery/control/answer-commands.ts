import { randomUUID } from 'node:crypto';
import { PlatformError } from '@shared/errors';
import { pythonException } from '../ends/python-exception.ts';
import { isAddressed } from '../pidbox/addressing.ts';
import { failedReply, unknownCommand, writeReply } from '../pidbox/reply.ts';
import { CONTROL_EXCHANGE, type ControlRequest, readRequest } from '../pidbox/request.ts';
import type { Arguments } from './arguments.ts';
import { COMMANDS } from './commands.ts';
import { INSPECTION } from './inspection.ts';
import type { Node } from './node.ts';
import { answerMisfit } from './fits.ts';

type Command = (node: Node, given: Arguments) => unknown;

const METHODS: Readonly<Record<string, Command>> = {
  ...INSPECTION,
  ...COMMANDS,
  dump_active: INSPECTION.active,
  dump_reserved: INSPECTION.reserved,
  dump_schedule: INSPECTION.scheduled,
  dump_tasks: INSPECTION.registered,
  dump_revoked: INSPECTION.revoked,
  dump_conf: INSPECTION.conf,
};

/** A caller that is gone before it read its answers leaves them behind. */
const ANSWER_KEPT_S = 3_600;

/** Hears the commands of remote control and answers those that are meant for this node. */
export const answerCommands = async (node: Node): Promise<AsyncDisposable> => {
  const { parts, clock } = node;
  const { names, broker, log, options } = parts;
  const redis = parts.connect('control');
  const bindings = names.bindingKey(CONTROL_EXCHANGE);
  const own = names.writeBinding({
    routingKey: '',
    pattern: '',
    queue: `${options.nodename}.${CONTROL_EXCHANGE}`,
  });

  const reply = async (to: NonNullable<ControlRequest['reply']>, result: unknown) => {
    const answer = {
      nodename: options.nodename,
      result,
      clock: clock.forward(),
      tag: randomUUID(),
    };
    const members = await broker.smembers(names.bindingKey(to.exchange));
    for (const member of members) {
      const binding = names.readBinding(member);
      // Without a binding the caller has gone, and nobody would ever read it.
      if (binding?.routingKey !== to.routingKey) continue;
      const key = names.queueKey(binding.queue);
      await broker.multi().lpush(key, writeReply(to, answer)).expire(key, ANSWER_KEPT_S).exec();
    }
  };

  const obey = async (request: ControlRequest) => {
    clock.adjust(request.clock);
    if (!isAddressed(request, options.nodename)) return;
    if (request.expiresMs !== null && request.expiresMs < Date.now()) return;
    const result = await answerOf(node, request);
    if (request.reply === null || result === undefined) return;
    await reply(request.reply, result);
  };

  const onMessage = (_pattern: string, _channel: string, text: string) => {
    let request: ControlRequest;
    try {
      request = readRequest(text);
    } catch (error) {
      if (!(error instanceof PlatformError)) throw error;
      log.warn({ reason: error.why }, 'celery command could not be read');
      return;
    }
    obey(request).catch((error: unknown) =>
      log.warn({ method: request.method, error }, 'celery command could not be answered'),
    );
  };
  redis.on('pmessage', onMessage);
  await redis.psubscribe(names.fanoutPattern(CONTROL_EXCHANGE));
  await broker.sadd(bindings, own);

  return {
    async [Symbol.asyncDispose]() {
      redis.disconnect();
      await broker.srem(bindings, own).catch(() => undefined);
    },
  };
};

const answerOf = async (node: Node, { method, arguments: given }: ControlRequest) => {
  const command = Object.hasOwn(METHODS, method) ? METHODS[method] : undefined;
  if (command === undefined) return unknownCommand(method);
  try {
    return answerMisfit(method, given) ?? (await command(node, given));
  } catch (error) {
    node.parts.log.warn({ method, error }, 'celery command failed');
    return failedReply(pythonException(error));
  }
};
