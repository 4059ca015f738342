const KEY = 'taskyard-session';

const read = () => {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? 'null');
  } catch {
    return null;
  }
};

/** Who is signed in, in every tab of this browser: `{ token, user }`, or null. */
export const createSession = () => {
  const changes = new EventTarget();
  let current = read();
  const tell = () => changes.dispatchEvent(new Event('change'));
  addEventListener('storage', ({ key }) => {
    if (key !== KEY) return;
    current = read();
    tell();
  });
  return {
    get user() {
      return current?.user ?? null;
    },
    get token() {
      return current?.token ?? null;
    },
    open({ token, user }) {
      current = { token, user };
      localStorage.setItem(KEY, JSON.stringify(current));
      tell();
    },
    close() {
      current = null;
      localStorage.removeItem(KEY);
      tell();
    },
    onChange: (listener) => changes.addEventListener('change', listener),
  };
};
