import type { HeldJobView } from '@shared/queue';
import { type Html, html } from './html.ts';
import { layout } from './layout.ts';

/** What is held, and how much there is of it beyond what is shown. */
export type Held = {
  jobs: readonly HeldJobView[];
  counts: readonly { where: string; waiting: number; refused: number }[];
};

const EMPTY = html`<p class="empty">Every job that was enqueued is in its queue.</p>`;

/** Jobs that are not in their queues yet; `mayAct`: with buttons for those that were refused. */
export const heldPage = ({ jobs, counts }: Held, { mayAct }: { mayAct: boolean }): string =>
  layout(
    'Held jobs',
    html`<h1>Held jobs</h1>
      <p>
        Enqueued and not in their queues yet: in the outbox until their transaction is committed and
        Redis is there, or on a disk while it is away. A refused one stays until it is redriven or
        deleted.
      </p>
      <p>${counts.map(counted)}</p>
      ${jobs.length === 0 ? EMPTY : table(jobs, mayAct)}`,
    { wide: true },
  );

const counted = ({ where, waiting, refused }: Held['counts'][number]): Html =>
  html`<span class="role">${where}: ${waiting} waiting, ${refused} refused</span> `;

const table = (jobs: readonly HeldJobView[], mayAct: boolean): Html =>
  html`<div class="scroll">
    <table>
      <thead>
        <tr>
          <th>Where</th>
          <th>Job</th>
          <th>Task</th>
          <th>Enqueued (UTC)</th>
          <th>Refused</th>
          <th></th>
        </tr>
      </thead>
      <tbody>
        ${jobs.map((job) => row(job, mayAct))}
      </tbody>
    </table>
  </div>`;

const row = ({ where, jobId, task, enqueuedAt, refused }: HeldJobView, mayAct: boolean): Html =>
  html`<tr>
    <td>${where}</td>
    <td class="target">${jobId}</td>
    <td>${task ?? '–'}</td>
    <td class="time">${enqueuedAt?.toISOString().slice(0, 19).replace('T', ' ') ?? '–'}</td>
    <td>${refused ?? '–'}</td>
    <td>
      ${refused !== null && mayAct ? html`${button('redrive', jobId)}${button('delete', jobId)}` : ''}
    </td>
  </tr>`;

const LABELS = { redrive: 'Redrive', delete: 'Delete' } as const;

const button = (verb: keyof typeof LABELS, jobId: string): Html =>
  html`<form method="post" action="/held/${verb}" class="inline">
    <input type="hidden" name="id" value="${jobId}" />
    <button type="submit" class="small">${LABELS[verb]}</button>
  </form>`;
