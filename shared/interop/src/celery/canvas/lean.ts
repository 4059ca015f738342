import type { PickleValue } from '../../pickle/index.ts';
import { listOrNull } from '../message/fields.ts';
import {
  bodyOf,
  kindOfSignature,
  kwargsOf,
  optionsOf,
  tasksOf,
  type Options,
  type Signature,
} from './signature.ts';

/**
 * A signature as it waits in a message: a chord that is to be sent later has its body once, and not once more
 * on every task of its header, where freezing puts it. Whoever sends the header, of any release, puts it
 * there again; groups after groups would else grow messages by their width with every step. Celery 5.7
 * does the same.
 */
export const lean = (signature: Signature): Signature => {
  const kind = kindOfSignature(signature);
  const copy = new Map(signature).set('options', leanOptions(optionsOf(signature)));
  if (kind === 'task') return copy;
  const kwargs = new Map(kwargsOf(signature));
  if (kind === 'chord') {
    const body = bodyOf(signature);
    kwargs.set(
      'header',
      mapHeader(kwargs.get('header'), (task) => lean(withoutChord(task))),
    );
    if (body !== null) kwargs.set('body', lean(body));
  } else kwargs.set('tasks', tasksOf(signature).map(lean));
  return copy.set('kwargs', kwargs);
};

/** What a body is sent with: the steps after it, and the chord that it counts in itself. */
const leanOptions = (options: Options): Options => {
  const chain = listOrNull(options.get('chain'));
  const chord = options.get('chord');
  const copy = new Map(options);
  if (chain !== null)
    copy.set(
      'chain',
      chain.map((step) => lean(step as Signature)),
    );
  if (chord instanceof Map) copy.set('chord', lean(chord));
  return copy;
};

const mapHeader = (
  header: PickleValue | undefined,
  change: (task: Signature) => Signature,
): PickleValue => {
  if (header instanceof Map) return change(header);
  return Array.isArray(header) ? header.map((task) => change(task as Signature)) : (header ?? []);
};

/** Without the chord that its last task counts in. */
const withoutChord = (signature: Signature): Signature => {
  const options = new Map(optionsOf(signature));
  options.delete('chord');
  const copy = new Map(signature).set('options', options);
  const kwargs = new Map(kwargsOf(signature));
  const kind = kindOfSignature(signature);
  if (kind === 'group') kwargs.set('tasks', tasksOf(signature).map(withoutChord));
  if (kind === 'chain') {
    kwargs.set(
      'tasks',
      tasksOf(signature).map((task, at, all) =>
        at === all.length - 1 ? withoutChord(task) : task,
      ),
    );
  }
  const body = kind === 'chord' ? bodyOf(signature) : null;
  if (body !== null) kwargs.set('body', withoutChord(body));
  return copy.set('kwargs', kwargs);
};
