import type { Host } from '../../host/side.ts';
import type { SideParts } from '../side/parts.ts';
import type { Consumer } from '../take/consumer.ts';
import { answerCommands } from './answer-commands.ts';
import { createMemorySamples } from './memory.ts';
import type { Node } from './node.ts';

/** Makes this process a node that Celery's tools see and steer, until that is disposed. */
export const openNode = async (
  parts: SideParts,
  host: Host,
  consumer: Consumer,
): Promise<AsyncDisposable> => {
  const { census, revocations, limits, clock, events } = parts;
  const node: Node = {
    parts,
    host,
    consumer,
    census,
    revocations,
    limits,
    clock,
    events,
    memory: createMemorySamples(),
    startedMs: Date.now(),
    slotsAtFirst: host.worker?.concurrency ?? 0,
  };
  await using opened = new AsyncDisposableStack();
  opened.use(await answerCommands(node));
  const facts = () => ({ active: census.active().length, processed: census.processed() });
  opened.use(events.start(facts));
  return opened.move();
};
