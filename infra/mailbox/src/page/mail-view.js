import { element } from './element.js';

const at = (id) => document.getElementById(id);
const TABS = ['html', 'text', 'headers', 'raw'];
const when = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

/** The mail on show and the tab chosen last; a mail without that part shows the next best. */
let current;
let wanted = 'html';

/** Shows one mail of the list; its headers and attachments are asked for now. */
export const showMail = async ({ id }) => {
  if (current?.id === id) return;
  const response = await fetch(`api/messages/${id}`);
  if (!response.ok || location.hash !== `#/${id}`) return;
  current = await response.json();
  at('subject').textContent = current.subject || '(no subject)';
  at('people').replaceChildren(...people(current));
  at('attachments').replaceChildren(...current.attachments.map(attachment));
  for (const tab of TABS) tabOf(tab).disabled = !has(tab);
  await showTab();
};

const tabOf = (name) => at(`tab-${name}`);

const has = (tab) => tab === 'headers' || tab === 'raw' || current[tab] !== null;

const people = ({ from, to, toHeader, cc, replyTo, receivedAt }) =>
  [
    ['From', from],
    // Blind copies are delivered to people whom the mail does not name.
    ['To', toHeader || to],
    ['Cc', cc],
    ['Reply to', replyTo],
    ['Received', when.format(new Date(receivedAt))],
  ]
    .filter(([, value]) => value !== '')
    .flatMap(([name, value]) => [
      element('dt', { textContent: name }),
      element('dd', { textContent: value }),
    ]);

const attachment = ({ index, filename, bytes }) =>
  element('li', {}, [
    element('a', {
      href: `api/messages/${current.id}/attachments/${index}`,
      download: filename,
      textContent: `${filename} · ${sizeOf(bytes)}`,
    }),
  ]);

const sizeOf = (bytes) =>
  bytes < 1024
    ? `${bytes} bytes`
    : bytes < 1024 ** 2
      ? `${Math.round(bytes / 1024)} KB`
      : `${(bytes / 1024 ** 2).toFixed(1)} MB`;

const showTab = async () => {
  const chosen = has(wanted) ? wanted : TABS.find(has);
  for (const tab of TABS) {
    tabOf(tab).setAttribute('aria-selected', String(tab === chosen));
    tabOf(tab).tabIndex = tab === chosen ? 0 : -1;
  }
  at('view').setAttribute('aria-labelledby', `tab-${chosen}`);
  at('view').replaceChildren(await views[chosen](current));
  at('view').scrollTop = 0;
};

const views = {
  html: ({ id, subject }) =>
    element('iframe', {
      // The server forbids scripts by policy as well; either alone would do.
      sandbox: 'allow-popups allow-popups-to-escape-sandbox',
      src: `api/messages/${id}/html`,
      title: `The mail "${subject}"`,
    }),
  text: ({ text }) => element('pre', { className: 'prose', textContent: text }),
  headers: ({ headers }) =>
    element('table', {}, [
      element(
        'tbody',
        {},
        headers.map(({ name, value }) =>
          element('tr', {}, [
            element('th', { scope: 'row', textContent: name }),
            element('td', { textContent: value }),
          ]),
        ),
      ),
    ]),
  raw: async ({ id }) =>
    element('pre', { textContent: await (await fetch(`api/messages/${id}/raw`)).text() }),
};

for (const tab of TABS) {
  tabOf(tab).addEventListener('click', () => {
    wanted = tab;
    showTab().catch(() => at('view').replaceChildren('The mailbox does not answer.'));
  });
}

document.querySelector('[role=tablist]').addEventListener('keydown', (event) => {
  const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (by === undefined) return;
  const usable = TABS.filter(has);
  const from = usable.findIndex((tab) => tabOf(tab) === document.activeElement);
  const next = tabOf(usable[(from + by + usable.length) % usable.length]);
  next.focus();
  next.click();
});
