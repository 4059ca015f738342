import { el } from './element.js';

const SHOWN_MS = 6_000;

const place = document.querySelector('[data-toasts]');

/** Says something in passing. `is` may be `news` or `fault`. */
export const toast = (text, { is = 'done' } = {}) => {
  const shown = el('div', { className: 'toast', data: { is } }, text);
  place.append(shown);
  setTimeout(() => shown.remove(), SHOWN_MS);
};

/** Says what went wrong, in the api's own words. */
export const complain = (error) =>
  toast(error.fix === undefined ? error.message : `${error.message} ${error.fix}`, { is: 'fault' });
