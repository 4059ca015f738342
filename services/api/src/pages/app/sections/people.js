import { el } from '../element.js';

/** Whom one can follow. */
export const people = {
  id: 'people',
  title: 'People',
  lead: 'Follow somebody, and their open tabs tell them at once.',
  open({ api, watch, complain }) {
    const list = el('ul', { className: 'rows' });
    const empty = el(
      'p',
      { className: 'empty', hidden: true },
      'You are the first one here. Open a private window and register somebody else.',
    );
    const refresh = el('button', { className: 'quiet', type: 'button' }, 'Look again');

    const load = async () => {
      const { users } = await api.get('/users');
      empty.hidden = users.length > 0;
      list.replaceChildren(...users.map((user) => rowOf(user, { api, watch, complain })));
    };
    refresh.addEventListener('click', () => void load().catch(complain));
    void load().catch(complain);
    return {
      elements: [empty, list, refresh],
      find: async (id) => {
        await load();
        return list.querySelector(`[data-id="${CSS.escape(id)}"]`);
      },
    };
  },
};

const rowOf = ({ id, username, firstName, followed }, { api, watch, complain }) => {
  let following = followed;
  const button = el('button', { type: 'button' });
  const show = () => {
    button.textContent = following ? 'Following' : 'Follow';
    button.className = following ? 'second' : '';
    button.setAttribute('aria-pressed', String(following));
  };
  const change = async () => {
    button.disabled = true;
    try {
      if (following) {
        await api.delete(`/users/${id}/follow`);
        following = false;
      } else {
        const { jobId } = await api.post(`/users/${id}/follow`);
        following = true;
        watch({ jobId, title: `Tell ${firstName}` }).catch(complain);
      }
    } catch (error) {
      complain(error);
    }
    button.disabled = false;
    show();
  };
  button.addEventListener('click', () => void change());
  show();
  return el(
    'li',
    { data: { id } },
    el(
      'span',
      { className: 'face', aria: { hidden: 'true' } },
      firstName.slice(0, 1).toUpperCase(),
    ),
    el('div', {}, el('strong', {}, firstName), el('div', { className: 'soft' }, `@${username}`)),
    button,
  );
};
