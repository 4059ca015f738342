import { el, field } from './element.js';
import { createForm } from './forms.js';
import { complain, toast } from './toasts.js';

const KINDS = [
  ['*', 'Everything'],
  ['new-follower', 'New followers'],
  ['job-application', 'Applications'],
];

const NOTHING_SAID = { inApp: null, push: null, quietHours: null };

/** How the person wants to be told of each kind of thing, and when their devices stay silent. */
export const createNewsSettings = ({ api }) => {
  const kind = el('select', { name: 'kind' });
  kind.append(...KINDS.map(([value, text]) => el('option', { value }, text)));
  const inApp = el('input', { type: 'checkbox', name: 'inApp', checked: true });
  const push = el('input', { type: 'checkbox', name: 'push', checked: true });
  const from = el('input', { type: 'time', name: 'from' });
  const until = el('input', { type: 'time', name: 'until' });
  let said = [];

  const show = () => {
    const one = said.find((preference) => preference.kind === kind.value) ?? NOTHING_SAID;
    inApp.checked = one.inApp ?? true;
    push.checked = one.push ?? true;
    from.value = one.quietHours?.from ?? '';
    until.value = one.quietHours?.until ?? '';
  };
  const load = async () => {
    said = (await api.get('/notifications/preferences')).preferences;
    show();
  };
  const save = async () => {
    const chosen = kind.value;
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
    const quietHours =
      from.value === '' || until.value === ''
        ? null
        : { from: from.value, until: until.value, timeZone };
    await api.put(`/notifications/preferences/${encodeURIComponent(chosen)}`, {
      inApp: inApp.checked,
      push: push.checked,
      quietHours,
    });
    toast('Noted.');
    // The form empties itself once it is sent.
    queueMicrotask(() => {
      kind.value = chosen;
      load().catch(complain);
    });
  };

  kind.addEventListener('change', show);
  const form = createForm({
    label: 'Save',
    onSend: save,
    fields: [
      field('About', kind),
      el('label', { className: 'check' }, inApp, 'In this list'),
      el('label', { className: 'check' }, push, 'On my devices'),
      el('div', { className: 'side-by-side' }, field('Silent from', from), field('until', until)),
    ],
  });
  const details = el('details', {}, el('summary', {}, 'How you are told'), form);
  details.addEventListener('toggle', () => {
    if (details.open) load().catch(complain);
  });
  return details;
};
