import { type Html, html } from './html.ts';

/** Where the wide pages lead: what anybody may see who has signed in. */
const PLACES = [
  ['Queues', '/queues'],
  ['Fleet', '/fleet'],
  ['Events', '/events'],
  ['Held jobs', '/held'],
] as const;

type LayoutOptions = {
  /** A page of its own, with the way to the others, rather than a card in the middle. */
  wide?: boolean;
  /** Asked for again so often. */
  refreshSeconds?: number;
};

/** The page around the dashboard's own few pages; Bull Board brings its own. */
export const layout = (
  title: string,
  content: Html,
  { wide = false, refreshSeconds }: LayoutOptions = {},
): string =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        ${
          refreshSeconds === undefined
            ? ''
            : html`<meta http-equiv="refresh" content="${refreshSeconds}" />`
        }
        <title>${title} · Taskyard</title>
        <link rel="icon" type="image/svg+xml" href="/icon.svg" />
        <link rel="stylesheet" href="/pages.css" />
      </head>
      <body>
        <main class="${wide ? 'card wide' : 'card'}">
          <p class="brand"><img src="/icon.svg" alt="" width="28" height="28" />Taskyard</p>
          ${wide ? places(title) : ''} ${content}
        </main>
      </body>
    </html> `.markup;

const places = (here: string): Html =>
  html`<nav aria-label="Pages">
    ${PLACES.map(([name, href]) =>
      name === here
        ? html`<a href="${href}" aria-current="page">${name}</a>`
        : html`<a href="${href}">${name}</a>`,
    )}
  </nav>`;
