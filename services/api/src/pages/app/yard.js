import { el } from './element.js';
import { createNews } from './news.js';
import { sections } from './sections/sections.js';
import { complain, toast } from './toasts.js';
import { createWork } from './work.js';

/** What whoever is signed in sees: the sections, and beside them what comes in by itself. */
export const createYard = ({ api, user, signal, live, places }) => {
  const work = createWork({ api, signal });
  const context = { api, user, watch: work.watch, toast, complain, signal };
  const opened = sections.map((section) => openSection(section, context));

  const go = async (hash) => {
    const [id, rest] = hash.replace(/^#/, '').split('/');
    const section = opened.find((one) => one.id === id);
    if (section === undefined) return;
    const found = rest === undefined ? null : await section.find?.(decodeURIComponent(rest));
    (found ?? section.element).scrollIntoView({ block: found ? 'center' : 'start' });
    if (!found) return;
    found.dataset.found = '';
    setTimeout(() => delete found.dataset.found, FOUND_MS);
  };
  const followHash = () => void go(location.hash).catch(complain);
  addEventListener('hashchange', followHash, { signal });

  const news = createNews({
    api,
    user,
    signal,
    onLive: (on) => {
      live.hidden = false;
      live.textContent = on ? 'Live' : 'Reconnecting';
      live.toggleAttribute('data-on', on);
    },
    onUnread: (unread) => {
      document.title = unread === 0 ? 'Taskyard' : `(${unread}) Taskyard`;
    },
    onOpen: (link) => {
      location.hash = hashOf(link);
      followHash();
    },
  });
  news.start().catch((error) => {
    if (!signal.aborted) complain(error);
  });

  places.replaceChildren(...opened.map(({ id, title }) => el('a', { href: `#${id}` }, title)));
  queueMicrotask(followHash);
  return {
    watch: work.watch,
    element: el(
      'div',
      { className: 'yard', id: 'top' },
      el('div', { className: 'sections' }, ...opened.map(({ element }) => element)),
      el(
        'aside',
        { className: 'side', aria: { label: 'What happens' } },
        news.element,
        work.element,
      ),
    ),
  };
};

const FOUND_MS = 4_000;

const openSection = ({ id, title, lead, open }, context) => {
  const made = open(context);
  const { elements, find } = Array.isArray(made) ? { elements: made } : made;
  const heading = el('h2', { id: `${id}-title` }, title);
  const element = el(
    'section',
    { className: 'card', id, aria: { labelledby: `${id}-title` } },
    el('div', { className: 'head' }, el('div', {}, heading, el('p', { className: 'lead' }, lead))),
    ...elements,
  );
  return { id, title, element, find };
};

/** `/users/7` is shown at `#people/7`, and so on; the first part is the section where the names differ. */
const hashOf = (link) => {
  const [, place, rest] = link.split('/');
  const id = place === 'users' ? 'people' : place;
  return rest === undefined ? `#${id}` : `#${id}/${rest}`;
};
