/**
 * Makes an element. Text goes in as text, so nothing that anybody wrote is ever read as HTML.
 *
 * @param properties properties of the element; `data` for data attributes, `aria` and `role` for those,
 *   `on` for listeners.
 */
export const el = (name, properties = {}, ...children) => {
  const { data = {}, aria = {}, on = {}, role, ...rest } = properties;
  const made = Object.assign(document.createElement(name), rest);
  Object.assign(made.dataset, data);
  if (role !== undefined) made.setAttribute('role', role);
  for (const [key, value] of Object.entries(aria)) made.setAttribute(`aria-${key}`, value);
  for (const [event, listener] of Object.entries(on)) made.addEventListener(event, listener);
  made.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return made;
};

/** A labelled field of a form. */
export const field = (label, input) => el('label', {}, label, input);

/** How long ago, in words. */
export const ago = (iso) => {
  const seconds = (Date.parse(iso) - Date.now()) / 1_000;
  const words = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
  const [unit, size] =
    UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? UNITS[UNITS.length - 1];
  return Math.abs(seconds) < 5 ? 'just now' : words.format(Math.round(seconds / size), unit);
};

const UNITS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
];
