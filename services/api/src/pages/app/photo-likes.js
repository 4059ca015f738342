import { el } from './element.js';

const STARS = [1, 2, 3, 4, 5];

/** Below this two photos have hardly anything in common. */
const ALIKE = 40;

/** Five stars: a click is a vote, and what all votes come to follows. */
export const createStars = ({ api, watch, complain }, { image, name }) => {
  const said = el('span', { className: 'soft', role: 'status' }, 'Not rated yet');
  const stars = STARS.map((score) =>
    el(
      'button',
      {
        type: 'button',
        className: 'star',
        aria: { label: `Rate ${name} ${score} of 5`, pressed: 'false' },
      },
      '★',
    ),
  );
  const vote = async (score) => {
    for (const [at, star] of stars.entries()) {
      star.setAttribute('aria-pressed', String(at < score));
    }
    const { jobId } = await api.put(`/images/${image.id}/ratings`, { score });
    await watch({ jobId, title: `Count the votes for ${name}` });
    const { rating } = (await api.get(`/images/${image.id}`)).image;
    if (rating.votes === 0) return;
    const votes = rating.votes === 1 ? '1 vote' : `${rating.votes} votes`;
    said.textContent = `${rating.bayesian.toFixed(2)} of 5, ${votes}`;
  };
  for (const [at, star] of stars.entries()) {
    star.addEventListener('click', () => void vote(at + 1).catch(complain));
  }
  return el('div', { className: 'stars' }, stars, said);
};

/** A button that finds the person's other photos that look like one. */
export const createAlike = ({ api, complain, signal }, { image, name }) => {
  const found = el('div', { className: 'alike', role: 'status' });
  const show = async ({ image: other, score }) => {
    const src = await api.objectUrl(`/images/${other.id}/variants/thumbnail`);
    signal.addEventListener('abort', () => URL.revokeObjectURL(src));
    const alt = `${other.originalName ?? 'A photo'}, ${Math.round(score)} of 100 alike`;
    return el('img', { src, alt, title: alt });
  };
  const find = async () => {
    const { similar } = await api.get(`/images/${image.id}/similar?minScore=${ALIKE}&limit=3`);
    const shown = await Promise.all(similar.map(show));
    found.replaceChildren(...(shown.length > 0 ? shown : ['None of your photos looks like it.']));
  };
  const button = el(
    'button',
    { type: 'button', className: 'quiet', aria: { label: `Find photos like ${name}` } },
    'Find similar',
  );
  button.addEventListener('click', () => void find().catch(complain));
  return [button, found];
};
