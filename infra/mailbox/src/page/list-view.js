import { element } from './element.js';

const time = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const day = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric' });
const DAY_MS = 86_400_000;
const START_CHARACTERS = 120;

/** Draws the list anew, keeping the keyboard where it was. */
export const renderList = (list, { mails, seen, chosenId, arriving }) => {
  const focused = list.contains(document.activeElement) ? document.activeElement.hash : undefined;
  list.replaceChildren(...mails.map((mail) => row(mail, { seen, chosenId, arriving })));
  if (focused !== undefined) list.querySelector(`[href="${focused}"]`)?.focus();
};

const row = ({ id, to, subject, text, receivedAt }, { seen, chosenId, arriving }) => {
  const date = new Date(receivedAt);
  const fresh = !seen.has(id);
  const link = element('a', { href: `#/${id}`, className: fresh ? 'fresh' : '' }, [
    element('span', { className: 'subject', textContent: subject || '(no subject)' }),
    element('time', {
      dateTime: receivedAt,
      textContent: shortTime(date),
      title: date.toLocaleString(),
    }),
    element('span', { className: 'to', textContent: `to ${to}` }),
    element('span', { className: 'start', textContent: startOf(text) }),
  ]);
  link.classList.toggle('arriving', id === arriving);
  if (id === chosenId) link.setAttribute('aria-current', 'true');
  if (fresh) link.append(element('span', { className: 'hidden', textContent: 'unread' }));
  return element('li', {}, [link]);
};

const shortTime = (date) => (Date.now() - date < DAY_MS ? time : day).format(date);

const startOf = (text) => (text ?? '').replace(/\s+/g, ' ').trim().slice(0, START_CHARACTERS);
