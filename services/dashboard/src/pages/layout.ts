import { type Html, html } from './html.ts';

/** The page around the dashboard's own few pages; Bull Board brings its own. */
export const layout = (title: string, content: Html, { wide = false } = {}): string =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>${title} · Taskyard</title>
        <link rel="icon" type="image/svg+xml" href="/icon.svg" />
        <link rel="stylesheet" href="/pages.css" />
      </head>
      <body>
        <main class="${wide ? 'card wide' : 'card'}">
          <p class="brand"><img src="/icon.svg" alt="" width="28" height="28" />Taskyard</p>
          ${content}
        </main>
      </body>
    </html> `.markup;
