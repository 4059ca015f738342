import { el } from './element.js';

/**
 * A form that is busy while it is sent, and says what went wrong where it happened.
 *
 * @param options.onSend gets the form's values by their names; the form is emptied if it resolves.
 */
export const createForm = ({ fields, label, onSend, second = [] }) => {
  const button = el('button', {}, label);
  const fault = el('p', { className: 'fault', role: 'alert', hidden: true });
  const send = async () => {
    button.disabled = true;
    fault.hidden = true;
    try {
      await onSend(Object.fromEntries(new FormData(form)));
      form.reset();
    } catch (error) {
      fault.textContent = [error.message, error.fix].filter(Boolean).join(' ');
      fault.hidden = false;
      if (error.path) form.elements[error.path]?.focus();
    }
    button.disabled = false;
  };
  const form = el('form', {}, ...fields, fault, el('div', {}, button, ...second));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void send();
  });
  return form;
};
