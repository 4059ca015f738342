import { showMail } from './mail-view.js';
import { renderList } from './list-view.js';

const at = (id) => document.getElementById(id);
const main = at('main');
const search = at('search');

/** The mails, newest first, as the server lists them, and what was looked at already. */
const mails = [];
const seen = new Set(JSON.parse(localStorage.getItem('seen') ?? '[]'));

const chosenId = () => location.hash.slice(2);
const chosen = () => mails.find(({ id }) => id === chosenId());

const matches = ({ from, to, subject, text }) => {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  const haystack = [from, to, subject, text].join('\n').toLowerCase();
  return words.every((word) => haystack.includes(word));
};

const drawList = (arriving) => {
  const shown = mails.filter(matches);
  renderList(at('list'), { mails: shown, seen, chosenId: chosenId(), arriving });
  const total = mails.length === 1 ? '1 mail' : `${mails.length} mails`;
  at('count').textContent = search.value === '' ? total : `${shown.length} of ${total}`;
  const fresh = mails.filter(({ id }) => !seen.has(id)).length;
  document.title = fresh === 0 ? 'Mailbox' : `(${fresh}) Mailbox`;
};

const draw = (arriving) => {
  const mail = chosen();
  main.classList.toggle('bare', mails.length === 0);
  main.classList.toggle('reading', mail !== undefined);
  at('empty').hidden = mails.length > 0;
  at('clear').hidden = mails.length === 0;
  at('hint').hidden = mails.length === 0 || mail !== undefined;
  at('mail').hidden = mail === undefined;
  drawList(arriving);
};

const openChosen = async () => {
  const mail = chosen();
  if (mail !== undefined) {
    seen.add(mail.id);
    const known = new Set(mails.map(({ id }) => id));
    localStorage.setItem('seen', JSON.stringify([...seen].filter((id) => known.has(id))));
  }
  draw();
  if (mail !== undefined) await showMail(mail);
};

const load = async () => {
  const response = await fetch('api/messages');
  mails.splice(0, mails.length, ...(await response.json()));
  await openChosen();
};

const setLive = (on, text) => {
  at('live').classList.toggle('on', on);
  at('live').textContent = text;
};

const offline = () => setLive(false, 'Reconnecting');

const listen = () => {
  const events = new EventSource('api/messages/events');
  // What came while the line was down was not announced, so every (re)connection reads the list.
  events.addEventListener('open', () => {
    setLive(true, 'Live');
    load().catch(offline);
  });
  events.addEventListener('error', offline);
  events.addEventListener('mail', ({ data }) => {
    const mail = JSON.parse(data);
    if (mails.some(({ id }) => id === mail.id)) return;
    mails.unshift(mail);
    draw(mail.id);
  });
  events.addEventListener('cleared', () => {
    mails.length = 0;
    location.hash = '';
    draw();
  });
};

/** Moves through the list with the arrow keys, as mail programs do. */
const step = (by) => {
  const shown = mails.filter(matches);
  const from = shown.findIndex(({ id }) => id === chosenId());
  const next = shown[from === -1 ? 0 : from + by];
  if (next === undefined) return;
  location.hash = `/${next.id}`;
  at('list').querySelector(`[href="#/${next.id}"]`)?.focus();
};

search.addEventListener('input', () => drawList());
addEventListener('hashchange', () => {
  openChosen().catch(offline);
});
at('back').addEventListener('click', () => {
  location.hash = '';
});
at('clear').addEventListener('click', () => {
  if (!confirm(`Delete all ${mails.length} mails?`)) return;
  fetch('api/messages', { method: 'DELETE' }).catch(offline);
});
addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = document.activeElement === search;
  if (event.key === '/' && !typing) {
    event.preventDefault();
    search.focus();
  } else if (event.key === 'Escape' && typing) {
    search.value = '';
    drawList();
  } else if (
    (event.key === 'ArrowDown' || event.key === 'ArrowUp') &&
    at('pane').contains(document.activeElement)
  ) {
    event.preventDefault();
    step(event.key === 'ArrowDown' ? 1 : -1);
  }
});

const { smtpUrl } = await (await fetch('api/mailbox')).json();
at('smtp').textContent = smtpUrl;
listen();
