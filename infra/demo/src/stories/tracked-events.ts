import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { enqueueTask } from '../enqueue-task.ts';
import { WrongResultError } from '../errors/wrong-result-error.ts';
import type { Story } from './story.ts';

const Enqueued = z.looseObject({ jobId: z.string() });

const Counts = z.looseObject({
  days: z.array(z.looseObject({ day: z.string(), events: z.int(), users: z.int() })),
});

const EVENTS = 5;

export const trackedEvents: Story = {
  title: 'What somebody does is tracked, and counted by day',
  async play({ http, follow, link, say, apiKey }, { token }) {
    // A type of its own, so that nobody else's events are among those that are counted.
    const eventType = `demo_${randomBytes(4).toString('hex')}`;
    const tracking = Array.from({ length: EVENTS }, (_, step) =>
      http.json('/events', Enqueued, {
        method: 'POST',
        body: { eventType, eventData: { step } },
        token,
        expect: 202,
      }),
    );
    const jobs = await Promise.all(tracking);
    await follow(
      jobs.map(({ jobId }) => ({ jobId, name: 'analytics.track-user-event' })),
      { token },
    );

    // Beat has it done every hour; nobody wants to wait for that.
    const task = 'analytics.aggregate-statistics';
    const jobId = await enqueueTask(http, { task, token: apiKey }, {});
    await follow([{ jobId, name: task }], { token: apiKey });

    const path = `/analytics/daily?eventType=${eventType}`;
    const { days } = await http.json(path, Counts, { token: apiKey });
    const events = days.reduce((sum, day) => sum + day.events, 0);
    if (events !== EVENTS || days.some(({ users }) => users !== 1)) {
      throw new WrongResultError(
        'The statistics are wrong',
        `of ${EVENTS} events of one user they count ${JSON.stringify(days)}`,
      );
    }
    for (const tracked of [...jobs, { jobId }]) link(tracked.jobId, `GET ${path}`);
    say(`${EVENTS} events of one user, by day: ${days.map(({ day }) => day).join(', ')}`);
  },
};
