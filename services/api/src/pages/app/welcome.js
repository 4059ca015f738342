import { el, field } from './element.js';
import { createForm } from './forms.js';

const input = (name, properties = {}) => el('input', { name, required: true, ...properties });

const emailField = () => field('E-mail', input('email', { type: 'email', autocomplete: 'email' }));

const passwordField = (autocomplete) =>
  field(
    'Password, at least 8 characters',
    input('password', { type: 'password', autocomplete, minLength: 8, maxLength: 200 }),
  );

/** What is seen before anybody is signed in. `onOpened` gets the new session and the job of the welcome mail. */
export const createWelcome = ({ api, onOpened }) => {
  const register = createForm({
    label: 'Create account',
    fields: [
      el(
        'div',
        { className: 'side-by-side' },
        field('First name', input('firstName', { autocomplete: 'given-name', maxLength: 80 })),
        field(
          'User name',
          input('username', { autocomplete: 'username', pattern: '[A-Za-z0-9_.\\-]{3,30}' }),
        ),
      ),
      emailField(),
      passwordField('new-password'),
    ],
    onSend: async (account) => onOpened(await api.post('/register', account)),
  });
  const login = createForm({
    label: 'Sign in',
    fields: [emailField(), passwordField('current-password')],
    onSend: async (credentials) => onOpened(await api.post('/login', credentials)),
  });
  return el(
    'div',
    { className: 'welcome' },
    el(
      'div',
      { className: 'pitch' },
      el('h1', {}, 'Watch the work get done.'),
      el(
        'p',
        {},
        'Every button here enqueues a real background job. Workers pick it up, and this page shows its progress and what came of it, as it happens.',
      ),
      el(
        'ol',
        { className: 'steps' },
        el('li', {}, 'Create an account: a worker mails you a welcome.'),
        el('li', {}, 'Follow somebody: they see it live, in every tab they have open.'),
        el('li', {}, 'Upload a photo: its sizes are made while you watch.'),
      ),
    ),
    createTabs([
      ['New here', register],
      ['Sign in', login],
    ]),
  );
};

const createTabs = (tabs) => {
  const buttons = tabs.map(([label]) =>
    el('button', { type: 'button', role: 'tab', aria: { selected: 'false' } }, label),
  );
  const choose = (index) => {
    for (const [i, [, panel]] of tabs.entries()) {
      buttons[i].setAttribute('aria-selected', String(i === index));
      buttons[i].tabIndex = i === index ? 0 : -1;
      panel.hidden = i !== index;
    }
  };
  for (const [index, button] of buttons.entries()) {
    button.addEventListener('click', () => choose(index));
    button.addEventListener('keydown', ({ key }) => {
      if (key !== 'ArrowRight' && key !== 'ArrowLeft') return;
      const other = (index + 1) % buttons.length;
      choose(other);
      buttons[other].focus();
    });
  }
  choose(0);
  return el(
    'div',
    { className: 'card' },
    el('div', { className: 'switch', role: 'tablist', aria: { label: 'Account' } }, ...buttons),
    ...tabs.map(([, panel]) => panel),
  );
};
