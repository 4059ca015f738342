import { el } from './element.js';
import { createPushDevice } from './push-device.js';
import { complain } from './toasts.js';

const WORDS = {
  off: { label: 'Notify me on this device', hint: '' },
  on: { label: 'Stop on this device', hint: 'This device is told, also while no page is open.' },
  blocked: {
    label: 'Notify me on this device',
    hint: 'Your browser blocks notifications of this page; its settings can allow them.',
  },
};

/** Whether this browser is told of news while no page is open; not shown where that cannot be. */
export const createPushSwitch = ({ api, user, signal, onOpen }) => {
  const device = createPushDevice({ api, user });
  const button = el('button', { className: 'quiet', type: 'button' });
  const hint = el('span', { className: 'soft' });
  const element = el('div', { className: 'push', hidden: true }, button, hint);
  let state = 'unavailable';

  const show = (next) => {
    state = next;
    element.hidden = state === 'unavailable';
    element.dataset.state = state;
    button.disabled = state === 'blocked';
    button.textContent = WORDS[state]?.label ?? '';
    hint.textContent = WORDS[state]?.hint ?? '';
  };

  button.addEventListener('click', async () => {
    button.disabled = true;
    try {
      show(await (state === 'on' ? device.turnOff() : device.turnOn()));
    } catch (error) {
      complain(error);
      button.disabled = false;
    }
  });
  navigator.serviceWorker?.addEventListener('message', ({ data }) => onOpen(data.open), { signal });
  device.state().then(show, (error) => {
    if (!signal.aborted) complain(error);
  });
  return element;
};
