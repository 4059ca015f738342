import { UnavailableInIsolateError } from '@shared/errors';
import type { Attempt, IsolatedHook, Line } from '@shared/queue';
import { z } from 'zod';
import { decodePickle, encodePickle, type PickleValue } from '../../pickle/index.ts';
import { pythonValue } from '../../tasks/python-value.ts';
import { taskResult } from '../canvas/result-node.ts';
import { readSignature } from '../canvas/signature.ts';
import { listOrNull, optionalText } from '../message/fields.ts';
import { SERIALIZERS } from '../message/serializers.ts';
import { readMessage, readNotes } from '../side/notes.ts';
import type { RunActions } from './celery-run.ts';

/** What the worker gives a handler along that runs in a thread or process of its own. */
const given = z.object({ nodename: z.string(), timezone: z.string() });

/** What that asks the worker for; the arguments as a pickle, since they are Python's values. */
const request = z.object({
  action: z.enum(['updateState', 'addToChord', 'send']),
  args: z.instanceof(Uint8Array),
});

/**
 * The actions of a run, on the handler's side.
 *
 * @returns undefined where the worker knows no Celery.
 */
export const isolatedActions = (attempt: Attempt, line: Line): RunActions | undefined => {
  const notes = readNotes(attempt.foreign);
  const known = given.safeParse(line.given).data;
  if (notes === undefined || known === undefined) return undefined;
  const { nodename, timezone } = known;
  const ask = async (action: z.infer<typeof request>['action'], args: readonly PickleValue[]) =>
    taskResult(String(await line.ask({ action, args: encodePickle([...args]) })));
  return {
    // The worker has accepted it already.
    message: readMessage(notes, { accept: [...SERIALIZERS], timezone }),
    nodename,
    async updateState(state, meta) {
      await ask('updateState', [state, pythonValue(meta)]);
    },
    addToChord: (signature) => ask('addToChord', [signature]),
    send: (signature, args) => ask('send', [signature, args.map(pythonValue)]),
    perform: notHere,
    unlockChord: notHere,
    result: () => {
      throw new UnavailableInIsolateError('The results of other tasks', 'thread or process');
    },
  };
};

const notHere = () => Promise.reject(new Error('A task that every worker has runs in the worker.'));

/** The same, on the worker's side. */
export const createIsolatedHook = (
  facts: z.infer<typeof given>,
  actionsOf: (attempt: Attempt) => RunActions,
): IsolatedHook => ({
  give: () => facts,
  answer: async (attempt, asked) => {
    const { action, args } = request.parse(asked);
    const [first = null, second = null] = listOrNull(decodePickle(args)) ?? [];
    const actions = actionsOf(attempt);
    if (action === 'updateState') {
      await actions.updateState(optionalText(first) ?? '', second);
      return '';
    }
    const signature = readSignature(first);
    if (action === 'addToChord') return (await actions.addToChord(signature)).id;
    return (await actions.send(signature, listOrNull(second) ?? [])).id;
  },
});
