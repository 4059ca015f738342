import { ago, el, field } from '../element.js';
import { createForm } from '../forms.js';

/** Jobs that people post and apply for. */
export const jobs = {
  id: 'jobs',
  title: 'Jobs',
  lead: 'Post one, or apply: the employer gets a mail and a notification.',
  open({ api, user, watch, toast, complain }) {
    const list = el('ul', { className: 'rows' });
    const empty = el('p', { className: 'empty', hidden: true }, 'Nobody has posted a job yet.');

    const load = async () => {
      const { jobs } = await api.get('/jobs');
      empty.hidden = jobs.length > 0;
      list.replaceChildren(...jobs.map((job) => rowOf(job, { api, user, watch, toast, complain })));
    };
    const form = createForm({
      label: 'Post the job',
      fields: [
        field('Title', el('input', { name: 'title', required: true, maxLength: 120 })),
        field(
          'What it is about',
          el('textarea', { name: 'description', maxLength: 10_000, rows: 3 }),
        ),
      ],
      onSend: async (post) => {
        await api.post('/jobs', post);
        toast('Your job is posted.');
        await load();
      },
    });
    void load().catch(complain);
    return {
      elements: [empty, list, el('details', {}, el('summary', {}, 'Post a job'), form)],
      find: async (id) => {
        await load();
        return list.querySelector(`[data-id="${CSS.escape(id)}"]`);
      },
    };
  },
};

const rowOf = (
  { id, title, description, employer, createdAt },
  { api, user, watch, toast, complain },
) => {
  const button = el('button', { type: 'button' }, 'Apply');
  const apply = async () => {
    button.disabled = true;
    try {
      const { jobId } = await api.post(`/jobs/${id}/apply`);
      button.textContent = 'Applied';
      toast(`${employer.firstName} is going to hear of you.`);
      watch({ jobId, title: `Mail ${employer.firstName}` }).catch(complain);
    } catch (error) {
      complain(error);
      button.disabled = false;
    }
  };
  button.addEventListener('click', () => void apply());
  return el(
    'li',
    { data: { id } },
    el('span', { className: 'face', aria: { hidden: 'true' } }, title.slice(0, 1).toUpperCase()),
    el(
      'div',
      {},
      el('strong', {}, title),
      description === '' ? null : el('div', { className: 'soft' }, description),
      el('div', { className: 'soft' }, `${employer.firstName}, ${ago(createdAt)}`),
    ),
    employer.id === user.id ? el('span', { className: 'tag' }, 'Yours') : button,
  );
};
