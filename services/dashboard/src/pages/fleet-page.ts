import type { WorkerInfo } from '@shared/queue';
import { type Html, html } from './html.ts';
import { layout } from './layout.ts';

const MIB = 1_048_576;

/** Workers tell how they are every few seconds. */
const REFRESH_SECONDS = 5;

const EMPTY = html`<p class="empty">
  No worker was heard of in the last 15 seconds. <code>npm start</code> runs one for each service.
</p>`;

/** Who works: what each process serves, how busy it is and what it runs; `mayAct`: with buttons. */
export const fleetPage = (workers: readonly WorkerInfo[], { mayAct }: { mayAct: boolean }) =>
  layout(
    'Fleet',
    html`<h1>Fleet <span class="role">${counted(workers.length, 'worker')}</span></h1>
      ${workers.length === 0 ? EMPTY : html`${table(workers, mayAct)}${running(workers)}`}`,
    { wide: true, refreshSeconds: REFRESH_SECONDS },
  );

const counted = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`;

const table = (workers: readonly WorkerInfo[], mayAct: boolean): Html =>
  html`<div class="scroll">
    <table>
      <thead>
        <tr>
          <th>Worker</th>
          <th>Queues</th>
          <th>State</th>
          <th>Runs</th>
          <th>Done</th>
          <th>Failed</th>
          <th>Memory</th>
          <th>Processor</th>
          <th>Up</th>
          <th></th>
        </tr>
      </thead>
      <tbody>
        ${workers.toSorted(byQueue).map((worker) => row(worker, mayAct))}
      </tbody>
    </table>
  </div>`;

const byQueue = (a: WorkerInfo, b: WorkerInfo) =>
  a.queues.join().localeCompare(b.queues.join()) || a.id.localeCompare(b.id);

const row = (worker: WorkerInfo, mayAct: boolean): Html => {
  const { id, host, pid, version, queues, state, counters, rssBytes, load, startedAt } = worker;
  const where = `pid ${pid} on ${host}, version ${version}`;
  return html`<tr>
    <td class="target" title="${where}">${id}</td>
    <td class="target">${queues.join(', ')}</td>
    <td><span class="state ${state}">${state}</span></td>
    <td class="time">${slots(worker)}</td>
    <td class="time">${counters.completed.toLocaleString('en-US')}</td>
    <td class="time">${counters.failed.toLocaleString('en-US')}</td>
    <td class="time">${Math.round(rssBytes / MIB)} MiB</td>
    <td class="time">${Math.round(load.cpuShare * 100)} %</td>
    <td class="time">${ago(startedAt)}</td>
    <td>${mayAct ? button(state === 'paused' ? 'resume' : 'pause', id) : ''}</td>
  </tr>`;
};

const slots = ({ runningCount, concurrency, autoscale }: WorkerInfo) =>
  `${runningCount} of ${concurrency}${autoscale ? ` (${autoscale.min} to ${autoscale.max})` : ''}`;

const LABELS = { pause: 'Pause', resume: 'Resume' } as const;

const button = (verb: keyof typeof LABELS, worker: string): Html =>
  html`<form method="post" action="/fleet/${verb}" class="inline">
    <input type="hidden" name="worker" value="${worker}" />
    <button type="submit" class="small">${LABELS[verb]}</button>
  </form>`;

/** What runs at this moment, the longest first. */
const running = (workers: readonly WorkerInfo[]): Html => {
  const jobs = workers
    .flatMap(({ id, running: own }) => own.map((job) => ({ ...job, worker: id })))
    .toSorted((a, b) => a.since.getTime() - b.since.getTime());
  if (jobs.length === 0) return html`<p class="empty">No job runs at this moment.</p>`;
  return html`<h2>Running now</h2>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th>Job</th>
            <th>Task</th>
            <th>Attempt</th>
            <th>For</th>
            <th>Worker</th>
          </tr>
        </thead>
        <tbody>
          ${jobs.map(
            ({ jobId, task, queue, attempt, since, worker }) =>
              html`<tr>
                <td class="target">
                  <a href="/queues/queue/${encodeURIComponent(queue)}/${encodeURIComponent(jobId)}"
                    >${jobId}</a
                  >
                </td>
                <td>${task}</td>
                <td>${attempt}</td>
                <td class="time">${ago(since)}</td>
                <td class="target">${worker}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
};

const ago = (since: Date): string => {
  const seconds = Math.max(Math.round((Date.now() - since.getTime()) / 1_000), 0);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min`;
  const hours = Math.floor(seconds / 3_600);
  return hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} days`;
};
