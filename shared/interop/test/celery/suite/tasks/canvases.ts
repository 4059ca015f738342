import { bind } from '@shared/interop';
import {
  chain,
  chord,
  group,
  onError,
  onSuccess,
  signatureOf,
  stamp,
  type Signature,
} from '@shared/interop/celery';
import { handle, sig } from './handle.ts';

type Addends = { nums: number[]; val: number };

const linked = (message: unknown): Signature =>
  message === undefined || message === null
    ? sig('redis_echo')
    : sig('redis_echo', [message], { immutable: true });

type Linking = { args: unknown[]; link_msg?: string };

/** Tasks that send others, or have others take their place. */
export const canvases = [
  handle('chain_add', async (call, task) => {
    const { x, y } = bind(call, 'x', 'y');
    await task.send(chain(sig('add', [x, x]), sig('add', [y])));
  }),
  handle('chord_add', async (call, task) => {
    const { x, y } = bind(call, 'x', 'y');
    await task.send(chord([sig('add', [x, x])], sig('add', [y])));
  }),
  handle('build_chain_inside_task', (_call, task) =>
    task.send(
      chain(
        sig('add', [1, 1]),
        sig('add', [2]),
        group(sig('add', [3]), sig('add', [4])),
        sig('add', [5]),
      ),
    ),
  ),
  handle('add_replaced', (call, task) => {
    const { x, y } = bind(call, 'x', 'y');
    throw task.replace(sig('add', [x, y]));
  }),
  handle('add_replaced_with_chain', (call, task) => {
    const { x, y } = bind(call, 'x', 'y');
    throw task.replace(chain(sig('add', [x, y]), sig('identity')));
  }),
  handle('replace_with_chain_which_contains_a_group', (_call, task) => {
    throw task.replace(chain(sig('add', [1, 2]), group(sig('add', [1]), sig('add', [1]))));
  }),
  handle('record_replaced_task_nesting', (call, task) => {
    const { replacements, nesting } = bind<{ replacements: number; nesting?: number[] | null }>(
      call,
      'replacements',
      'nesting?',
    );
    const levels = [...(nesting ?? []), task.request.replacedTaskNesting];
    if (replacements === 0) return levels;
    throw task.replace(sig('record_replaced_task_nesting', [replacements - 1, levels]));
  }),
  handle('add_to_all', (call, task) => {
    const { nums, val } = bind<Addends>(call, 'nums', 'val');
    throw task.replace(group(...nums.map((num) => sig('add', [num, val]))));
  }),
  handle('add_to_all_to_chord', async (call, task) => {
    const { nums, val } = bind<Addends>(call, 'nums', 'val');
    for (const num of nums) await task.addToChord(sig('add', [num, val]));
    return 0;
  }),
  handle('add_chord_to_chord', async (call, task) => {
    const { nums, val } = bind<Addends>(call, 'nums', 'val');
    const header = nums.map((num) => sig('add', [num, val]));
    await task.addToChord(chord(header, sig('tsum')));
    return 0;
  }),
  handle('replace_with_chain', (call, task) => {
    const { args, link_msg: message } = bind<Linking>(call, '*args', 'link_msg?');
    throw task.replace(onSuccess(chain(sig('identity', args), sig('identity')), linked(message)));
  }),
  handle('replace_with_chain_which_raises', (call, task) => {
    const { args, link_msg: message } = bind<Linking>(call, '*args', 'link_msg?');
    throw task.replace(onError(chain(sig('identity', args), sig('raise_error')), linked(message)));
  }),
  handle('replace_with_empty_chain', (_call, task) => {
    throw task.replace(chain());
  }),
  handle('fail_replaced', ({ args }, task) => {
    throw task.replace(sig('fail', args, { immutable: true }));
  }),
  handle('replace_with_stamped_task', (call, task) => {
    const { replace_with: given } = bind(call, 'replace_with?');
    const replacement =
      given === undefined || given === null ? sig('replaced_with_me') : signatureOf(given);
    throw task.replace(stamp(replacement, { StampOnReplace: 'This is the replaced task' }));
  }),
];

const add = sig('add');

const NESTED = {
  chain_chain: chain(chain(add)),
  chain_group: chain(group(add)),
  chain_chord: chain(chord([add], add)),
  group_chain: group(chain(add)),
  group_group: group(group(add)),
  group_chord: group(chord([add], add)),
  chord_chain: chord(chain(add), add),
  chord_group: chord(group(add), add),
  chord_chord: chord(chord([add], add), add),
};

/** Tasks whose values are signatures themselves. */
export const signatures = [
  ...Object.entries(NESTED).map(([name, nested]) =>
    handle(`return_nested_signature_${name}`, () => nested),
  ),
  handle('rebuild_signature', (call) => {
    signatureOf(bind(call, 'sig_dict')['sig_dict']);
    return null;
  }),
];
