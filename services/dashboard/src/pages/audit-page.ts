import type { AuditEntry } from '@shared/database';
import { html } from './html.ts';
import { layout } from './layout.ts';

const EMPTY = html`<tr>
  <td colspan="5" class="empty">Nobody has changed anything yet.</td>
</tr>`;

/** @param entries newest first. */
export const auditPage = (entries: readonly AuditEntry[]): string =>
  layout(
    'Audit log',
    html`<h1>Audit log</h1>
      <p>The latest changes, newest first.</p>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th>When (UTC)</th>
              <th>Who</th>
              <th>What</th>
              <th>To what</th>
              <th>More</th>
            </tr>
          </thead>
          <tbody>
            ${entries.length === 0 ? EMPTY : entries.map(row)}
          </tbody>
        </table>
      </div>`,
    { wide: true },
  );

const row = ({ at, actor, action, target, detail }: AuditEntry) =>
  html`<tr>
    <td class="time">${at.toISOString().slice(0, 19).replace('T', ' ')}</td>
    <td>${actor}</td>
    <td>${action}</td>
    <td class="target">${target}</td>
    <td>
      ${Object.entries(detail)
        .map(([name, value]) => `${name}: ${String(value)}`)
        .join(', ')}
    </td>
  </tr>`;
