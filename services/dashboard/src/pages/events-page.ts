import type { DailyCount } from '@shared/database';
import { type Html, html } from './html.ts';
import { layout } from './layout.ts';

/** Days in UTC, both included. */
export type DayRange = { from: string; to: string };

const DAY_MS = 86_400_000;

/** Of the chart, in its own units; it is as wide as the page. */
const CHART = { step: 24, gap: 6, height: 160, label: 20 };

const EMPTY = html`<p class="empty">
  No events were rolled up in this time. Beat has it done every hour, five minutes past.
</p>`;

/** What was tracked in the last weeks, a bar for each day and a row for each type of event. */
export const eventsPage = (counts: readonly DailyCount[], range: DayRange): string =>
  layout(
    'Events',
    html`<h1>Events</h1>
      <p>From ${range.from} to ${range.to} (UTC), as far as they were rolled up.</p>
      ${counts.length === 0 ? EMPTY : html`${chart(counts, daysOf(range))}${table(counts)}`}`,
    { wide: true },
  );

const daysOf = ({ from, to }: DayRange): string[] => {
  const first = Date.parse(`${from}T00:00:00Z`);
  const count = Math.round((Date.parse(`${to}T00:00:00Z`) - first) / DAY_MS) + 1;
  return Array.from({ length: count }, (_, at) =>
    new Date(first + at * DAY_MS).toISOString().slice(0, 10),
  );
};

const sum = (counts: readonly DailyCount[]) =>
  counts.reduce((total, { events }) => total + events, 0);

const chart = (counts: readonly DailyCount[], days: readonly string[]): Html => {
  const totals = days.map((day) => sum(counts.filter((count) => count.day === day)));
  const most = Math.max(...totals, 1);
  const width = days.length * CHART.step;
  return html`<svg
    class="chart"
    viewBox="0 0 ${width} ${CHART.height + CHART.label}"
    role="img"
    aria-label="Events by day, ${Math.max(...totals)} at most"
  >
    ${days.map((day, at) => bar({ day, events: totals[at] ?? 0, at, most }))}
  </svg>`;
};

const bar = ({
  day,
  events,
  at,
  most,
}: {
  day: string;
  events: number;
  at: number;
  most: number;
}) => {
  // A day with an event has a bar, however small.
  const height = events === 0 ? 0 : Math.max((events / most) * CHART.height, 2);
  const x = at * CHART.step;
  return html`<g>
    <title>${day}: ${events.toLocaleString('en-US')}</title>
    <rect
      x="${x}"
      y="${CHART.height - height}"
      width="${CHART.step - CHART.gap}"
      height="${height}"
      rx="2"
    ></rect>
    <text x="${x + (CHART.step - CHART.gap) / 2}" y="${CHART.height + 14}">${day.slice(8)}</text>
  </g>`;
};

const table = (counts: readonly DailyCount[]): Html => {
  const types = [...new Set(counts.map(({ eventType }) => eventType))];
  const rows = types
    .map((type) => {
      const own = counts.filter(({ eventType }) => eventType === type);
      const busiest = own.reduce((best, count) => (count.events > best.events ? count : best));
      return { type, events: sum(own), busiest };
    })
    .toSorted((a, b) => b.events - a.events);
  return html`<div class="scroll">
    <table>
      <thead>
        <tr>
          <th>Type</th>
          <th>Events</th>
          <th>Busiest day</th>
          <th>Users on it</th>
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ({ type, events, busiest }) =>
            html`<tr>
              <td class="target">${type}</td>
              <td>${events.toLocaleString('en-US')}</td>
              <td>${busiest.day}</td>
              <td>${busiest.users.toLocaleString('en-US')}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
};
