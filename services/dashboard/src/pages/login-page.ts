import { html } from './html.ts';
import { layout } from './layout.ts';

/** @param options.next where to go afterwards, an address of ours. */
export const loginPage = ({
  next,
  name = '',
  problem,
}: {
  next: string;
  name?: string;
  problem?: string;
}): string =>
  layout(
    'Sign in',
    html`<h1>Sign in to the dashboard</h1>
      ${problem === undefined ? '' : html`<p class="problem" role="alert">${problem}</p>`}
      <form method="post" action="/login">
        <input type="hidden" name="next" value="${next}" />
        <label for="name">Name</label>
        <input
          id="name"
          name="name"
          value="${name}"
          autocomplete="username"
          autocapitalize="none"
          spellcheck="false"
          required
          ${name === '' ? html`autofocus` : ''}
        />
        <label for="password">Password</label>
        <input
          id="password"
          name="password"
          type="password"
          autocomplete="current-password"
          required
          ${name === '' ? '' : html`autofocus`}
        />
        <button type="submit">Sign in</button>
      </form>`,
  );
