const KEY = 'taskyard-theme';
const NEXT = { auto: 'light', light: 'dark', dark: 'auto' };
const LOOKS = { auto: '◐ Auto', light: '○ Light', dark: '● Dark' };

/** A button that goes from the system's colours to light ones, to dark ones, and back. */
export const startTheme = (button) => {
  let theme = localStorage.getItem(KEY) ?? 'auto';
  const show = () => {
    if (theme === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    button.textContent = LOOKS[theme] ?? LOOKS.auto;
    button.setAttribute('aria-label', `Colours: ${theme}. Change them.`);
  };
  button.addEventListener('click', () => {
    theme = NEXT[theme] ?? 'auto';
    localStorage.setItem(KEY, theme);
    show();
  });
  show();
};
