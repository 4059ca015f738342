import { z } from 'zod';
import { WrongResultError } from '../errors/wrong-result-error.ts';
import { register } from '../visitor.ts';
import type { Story } from './story.ts';

const Followed = z.looseObject({ jobId: z.string() });
const Me = z.looseObject({
  users: z.array(z.looseObject({ id: z.string(), username: z.string() })),
});
const Notification = z.looseObject({ kind: z.string(), title: z.string() });

const PATIENCE_MS = 30_000;

export const newFollower: Story = {
  title: 'Somebody is followed, and sees it in a tab that is open',
  async play({ http, follow, link, say }, visitor) {
    const followed = await register(http);
    const { users } = await http.json('/users', Me, { token: visitor.token });
    const target = users.find(({ username }) => followed.email.startsWith(`${username}@`));
    if (target === undefined) {
      throw new WrongResultError('The list of people is wrong', 'a newcomer is missing');
    }
    // The tab is open before anything happens, as a person's would be.
    const tab = http.events('/notifications/stream', {
      token: followed.token,
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    await tab.next();
    const { jobId } = await http.json(`/users/${target.id}/follow`, Followed, {
      method: 'POST',
      token: visitor.token,
      expect: 201,
    });
    await follow([{ jobId, name: 'notifications.send-new-follower-notification' }], visitor);

    const { title } = await notificationIn(tab);
    if (title !== `${visitor.firstName} follows you`) {
      throw new WrongResultError('The notification is wrong', `it says "${title}"`);
    }
    link(jobId, 'GET /notifications');
    say(`"${title}" appeared live`);
  },
};

const notificationIn = async (tab: AsyncIterable<{ event: string; data: string }>) => {
  for await (const { event, data } of tab) {
    if (event === 'notification') return Notification.parse(JSON.parse(data));
  }
  throw new WrongResultError('The notification never came', 'the stream ended before');
};
