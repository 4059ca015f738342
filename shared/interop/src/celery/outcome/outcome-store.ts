import type { TaskMessage } from '../message/task-message.ts';
import { showException } from '../results/exception.ts';
import { metaOf, readGroupMeta } from '../results/meta.ts';
import type { OutcomeContext } from './context.ts';
import { createEffectStore, type EffectStoreOptions } from './effect-store.ts';
import type { ChordCount, Plan } from './effects.ts';
import {
  joinGroup,
  memberIds,
  planChord,
  readChordMembers,
  type ChordOutcome,
} from './plan-chord.ts';
import type { Operation } from './script.ts';

export type OutcomeStoreOptions = EffectStoreOptions;

/** A message to give up in the same step. */
export type Acknowledgement = { tag: string };

export type OutcomeStore = {
  /**
   * Carries out a plan, and the chords that it completes. Of two calls with plans of one name the second
   * does only what the first left undone. With one Redis server all effects of an outcome, the
   * acknowledgement included, are one script; with two, messages go out before results are stored.
   */
  execute(
    plan: Plan,
    message: TaskMessage,
    context: OutcomeContext,
    acknowledge?: Acknowledgement,
  ): Promise<{ isRepeated: boolean }>;
};

export const createOutcomeStore = (options: OutcomeStoreOptions): OutcomeStore => {
  const { broker, results, prefix, isChordOrdered = true } = options;
  const store = createEffectStore(options);

  const readChord = async ({ groupId }: ChordCount): Promise<ChordOutcome> => {
    const [saved = null] = await store.readResults('MGET', results.names.groupKey(groupId));
    const group = saved === null ? null : readGroupMeta(saved);
    if (group === null) {
      const command = isChordOrdered ? 'ZRANGE' : 'LRANGE';
      const key = results.names.chordKeys(groupId).results;
      const members = await store.readResults(command, key, '0', '-1');
      return readChordMembers(members.filter((member) => member !== null));
    }
    const ids = memberIds(group);
    const taskKeys = ids.map((id) => results.names.taskKey(id));
    const texts = ids.length === 0 ? [] : await store.readResults('MGET', ...taskKeys);
    const metas = new Map(ids.map((id, index) => [id, metaOf(texts[index] ?? null)]));
    return joinGroup(group, metas, (_id, cause) => `Join error: ${showException(cause)}`);
  };

  type Run = { message: TaskMessage; context: OutcomeContext; marker: string };

  const finishChord = async (count: ChordCount, { message, context }: Omit<Run, 'marker'>) => {
    const plan = planChord(count, await readChord(count), message, context);
    const keys = results.names.chordKeys(count.groupId);
    // What the members of a failed one left stays, as in Celery; without its size it does not fail again.
    const members = plan.succeeded ? [keys.results, keys.added] : [];
    const drop: Operation = ['drop', ...members, keys.size];
    const run = { message, context, marker: store.firedKey(count.groupId) };
    await carryOut(plan, run, [drop]);
  };

  const carryOut = async ({ effects }: Plan, run: Run, more: readonly Operation[]) => {
    const operations = await store.operationsOf(effects);
    const { isNew, counts } = await store.run(run.marker, [...operations, ...more]);
    const members = effects.filter((effect) => effect.kind === 'chord-count');
    for (const [index, { isReady }] of counts.entries()) {
      const member = members[index];
      if (isReady && member !== undefined) await finishChord(member, run);
    }
    return { isNew };
  };

  return {
    async execute(plan, message, context, acknowledge) {
      const { unackedIndex, unacked } = broker.names;
      const ack: Operation[] =
        acknowledge === undefined ? [] : [['ack', unackedIndex, unacked, acknowledge.tag]];
      // A chord is completed before the message is given up, so that a crash between the two repeats it.
      const hasChord = plan.effects.some(({ kind }) => kind === 'chord-count');
      const run = { message, context, marker: `${prefix}:celery:done:${plan.name}` };
      const { isNew } = await carryOut(plan, run, hasChord ? [] : ack);
      if (hasChord && ack.length > 0) await store.run('', ack);
      return { isRepeated: !isNew };
    },
  };
};
