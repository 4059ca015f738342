import { el } from './element.js';

/** A place that takes files: chosen, or dropped on it. */
export const createDrop = ({ accept, text, note, onFiles }) => {
  const input = el('input', { type: 'file', accept, multiple: true });
  input.addEventListener('change', () => {
    onFiles([...input.files]);
    input.value = '';
  });
  const drop = el(
    'label',
    { className: 'drop' },
    input,
    text,
    el('span', { className: 'soft' }, note),
  );
  const over = (isOver) => (event) => {
    event.preventDefault();
    if (isOver) drop.dataset.over = '';
    else delete drop.dataset.over;
  };
  drop.addEventListener('dragover', over(true));
  drop.addEventListener('dragleave', over(false));
  drop.addEventListener('drop', (event) => {
    over(false)(event);
    onFiles([...event.dataTransfer.files]);
  });
  return drop;
};
