import { el } from './element.js';
import { followEvents } from './events.js';

const KEPT = 8;
const FINAL = new Set(['complete', 'failed', 'cancelled', 'expired']);

const WORDS = { in_progress: 'in progress', waiting_children: 'waiting for parts' };

/**
 * The list of jobs that this page started, each with its progress as it comes.
 * `watch({ jobId, title })` adds one and resolves with its last status.
 */
export const createWork = ({ api, signal }) => {
  const list = el('ol', { className: 'work' });
  const empty = el('p', { className: 'empty' }, 'Whatever you start shows its progress here.');
  const element = el(
    'section',
    { className: 'card', aria: { label: 'Work' } },
    el('div', { className: 'head' }, el('h2', {}, 'Work')),
    empty,
    list,
  );

  const watch = async ({ jobId, title }) => {
    // A queue that is down has no job to watch; what was asked for was done all the same.
    if (jobId === null || jobId === undefined) return null;
    const row = createRow(title);
    empty.hidden = true;
    list.prepend(row.element);
    while (list.children.length > KEPT) list.lastElementChild.remove();
    let last = null;
    await followEvents(api, `/jobs/status/${encodeURIComponent(jobId)}/events`, {
      signal,
      onEvent: ({ event, data }) => {
        if (event !== 'status') return true;
        last = data;
        row.show(data);
        return !FINAL.has(data.status);
      },
    });
    return last;
  };
  return { element, watch };
};

const createRow = (title) => {
  const tag = el('span', { className: 'tag', data: { is: 'queued' } }, 'queued');
  const bar = el('progress', { max: 1, value: 0, aria: { label: title } });
  const note = el('span', { className: 'soft' }, ' ');
  const element = el(
    'li',
    {},
    el('div', { className: 'line' }, el('strong', {}, title), tag),
    bar,
    note,
  );
  return {
    element,
    show({ task, status, progress, progressMessage, error, attempts }) {
      tag.textContent = WORDS[status] ?? status;
      tag.dataset.is = status;
      bar.dataset.is = status;
      bar.value = status === 'complete' ? 1 : progress;
      const tries = attempts > 1 ? `, attempt ${attempts}` : '';
      note.textContent = error?.message ?? progressMessage ?? `${task}${tries}`;
    },
  };
};
