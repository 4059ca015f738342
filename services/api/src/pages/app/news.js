import { ago, el } from './element.js';
import { followEvents } from './events.js';
import { createNewsSettings } from './news-settings.js';
import { createPushSwitch } from './push-switch.js';
import { complain, toast } from './toasts.js';

/** What the person is told, the newest first, as it happens in every tab that is open. */
export const createNews = ({ api, user, signal, onLive, onUnread, onOpen }) => {
  const list = el('ol', { className: 'news' });
  const empty = el('p', { className: 'empty' }, 'Nothing yet. It will appear by itself.');
  const bell = el('span', { className: 'bell', hidden: true });
  const readAll = el(
    'button',
    { className: 'quiet', type: 'button', hidden: true },
    'Mark all read',
  );
  const more = el('button', { className: 'quiet', type: 'button', hidden: true }, 'Show older');
  const element = el(
    'section',
    { className: 'card', aria: { label: 'Notifications' } },
    el('div', { className: 'head' }, el('h2', {}, 'Notifications ', bell), readAll),
    empty,
    list,
    more,
    createPushSwitch({ api, user, signal, onOpen }),
    createNewsSettings({ api }),
  );
  const shown = new Map();
  let next = null;

  const add = (one, { isNew = false } = {}) => {
    if (shown.has(one.id)) return;
    const item = rowOf(one, { isNew, onRead: () => read({ ids: [one.id] }), onOpen });
    shown.set(one.id, item);
    empty.hidden = true;
    if (isNew) list.prepend(item);
    else list.append(item);
  };

  const showUnread = (unread) => {
    bell.textContent = String(unread);
    bell.hidden = unread === 0;
    bell.setAttribute('aria-label', `${unread} unread`);
    readAll.hidden = unread === 0;
    if (unread === 0) for (const item of shown.values()) delete item.dataset.unread;
    onUnread(unread);
  };

  const read = async (which) => {
    try {
      const { unread } = await api.post('/notifications/read', which);
      for (const id of which.ids ?? shown.keys()) delete shown.get(id)?.dataset.unread;
      showUnread(unread);
    } catch (error) {
      complain(error);
    }
  };

  const load = async () => {
    const page = await api.get(`/notifications${next === null ? '' : `?before=${next}`}`);
    for (const one of page.notifications) add(one);
    next = page.next;
    more.hidden = next === null;
    showUnread(page.unread);
  };

  readAll.addEventListener('click', () => void read({ all: true }));
  more.addEventListener('click', () => void load().catch(complain));

  /** The list first; then all that came since, and comes. */
  const start = async () => {
    await load();
    await followEvents(api, '/notifications/stream', {
      signal,
      onState: onLive,
      onEvent: ({ event, data }) => {
        if (event === 'unread') showUnread(data.unread);
        if (event !== 'notification') return true;
        add(data, { isNew: true });
        toast(data.title, { is: 'news' });
        return true;
      },
    });
  };
  return { element, start };
};

const rowOf = ({ title, body, link, createdAt, readAt }, { isNew, onRead, onOpen }) => {
  const open = (event) => {
    event.preventDefault();
    onRead();
    onOpen(link);
  };
  const head =
    link === null ? el('strong', {}, title) : el('a', { href: link, on: { click: open } }, title);
  return el(
    'li',
    { data: { ...(readAt === null && { unread: '' }), ...(isNew && { new: '' }) } },
    el('div', {}, head),
    body === '' ? null : el('div', { className: 'soft' }, body),
    el('time', { className: 'soft', dateTime: createdAt }, ago(createdAt)),
  );
};
