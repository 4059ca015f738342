import type { DashboardUser } from '../users.ts';
import { html } from './html.ts';
import { layout } from './layout.ts';

const MAY: Record<DashboardUser['role'], string> = {
  viewer: 'You can look at queues and jobs.',
  operator: 'You can look at queues and jobs, and retry, promote, clean and pause them.',
  admin: 'You can do everything that the dashboard offers, and read its audit log.',
};

export const accountPage = ({ name, role }: DashboardUser): string =>
  layout(
    'Account',
    html`<h1>${name} <span class="role">${role}</span></h1>
      <p>${MAY[role]}</p>
      <p><a href="/queues">Back to the queues</a></p>
      <form method="post" action="/logout"><button type="submit">Sign out</button></form>`,
  );
