import { createApi } from './api.js';
import { el } from './element.js';
import { createPushDevice } from './push-device.js';
import { createSession } from './session.js';
import { startTheme } from './theme.js';
import { complain } from './toasts.js';
import { createWelcome } from './welcome.js';
import { createYard } from './yard.js';

const at = (name) => document.querySelector(`[data-${name}]`);
const [content, places, live, account] = ['content', 'places', 'live', 'account'].map(at);

const session = createSession();
const api = createApi(session);
let shown = new AbortController();
let shownFor;
let watch = async () => null;

const signOut = async () => {
  await createPushDevice({ api, user: session.user }).turnOff().catch(complain);
  await api.post('/logout').catch(() => {}); // A session that is over is as good as closed.
  session.close();
};

const showAccount = ({ firstName }) => {
  const button = el('button', { className: 'quiet', type: 'button' }, 'Sign out');
  button.addEventListener('click', () => void signOut());
  account.replaceChildren(el('span', { className: 'soft who' }, `${firstName} `), button);
};

const showYard = () => {
  const { user } = session;
  showAccount(user);
  const yard = createYard({ api, user, signal: shown.signal, live, places });
  watch = yard.watch;
  content.replaceChildren(yard.element);
};

const onOpened = ({ token, user, jobId }) => {
  session.open({ token, user });
  watch({ jobId, title: 'Mail you a welcome' }).catch(complain);
};

const showWelcome = () => {
  account.replaceChildren();
  places.replaceChildren();
  live.hidden = true;
  document.title = 'Taskyard';
  content.replaceChildren(createWelcome({ api, onOpened }));
};

const show = () => {
  if (shownFor === session.token) return;
  shownFor = session.token;
  shown.abort();
  shown = new AbortController();
  if (session.user === null) showWelcome();
  else showYard();
};

startTheme(at('theme-switch'));
session.onChange(show);
show();
