// Runs in the browser. The token stands behind the "#", so that no server sees it before it is used.
const token = new URLSearchParams(location.hash.slice(1)).get('token');
const form = document.querySelector('form');
const button = document.querySelector('button');
const status = document.querySelector('[role=status]');

const say = (text, { fault = false } = {}) => {
  status.textContent = text;
  status.toggleAttribute('data-fault', fault);
};

const setPassword = async (password) => {
  const response = await fetch(`/password-resets/${encodeURIComponent(token)}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ password }),
  });
  if (response.ok) return;
  const { error } = await response.json();
  throw new Error(`${error.message} ${error.fix}`);
};

const submit = async () => {
  button.disabled = true;
  say('');
  try {
    await setPassword(form.elements.password.value);
    form.hidden = true;
    // The used token has no business in the history.
    history.replaceState(null, '', location.pathname);
    say('Your new password is set. You can log in with it now.');
  } catch (error) {
    say(error.message, { fault: true });
    button.disabled = false;
  }
};

form.addEventListener('submit', (event) => {
  event.preventDefault();
  void submit();
});

if (!token) {
  form.hidden = true;
  say('This link is incomplete. Open it from the mail again, or ask for a new one.', {
    fault: true,
  });
}
