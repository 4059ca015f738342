import type { Express } from 'express';
import { only } from '../only.ts';
import type { Parts } from '../parts.ts';
import { page } from '../routes/page.ts';
import { appFiles, appPage, preferPage } from '../routes/app-page.ts';
import { forgetDevice, listDevices, registerDevice, showVapidKey } from '../routes/devices.ts';
import { followUser } from '../routes/follow-user.ts';
import { showNotifications } from '../routes/list-notifications.ts';
import { listUsers } from '../routes/list-users.ts';
import { putPreference, showPreferences } from '../routes/notification-preferences.ts';
import { readNotifications } from '../routes/read-notifications.ts';
import { streamNotifications } from '../routes/stream-notifications.ts';
import { unfollowUser } from '../routes/unfollow-user.ts';

/** The page, the people on it, and what they are told. */
export const peopleAddresses = (
  app: Express,
  { live, stopping, heartbeat, pushHosts, vapidPublicKey, prefix, production, people, told }: Parts,
): void => {
  app
    .route('/')
    .get(...appPage({ secure: production }))
    .all(only('GET'));
  // At the root, since a service worker is in charge of what lies beside it and below.
  app.route('/sw.js').get(page('app/sw.js')).all(only('GET'));
  app.route('/app/*file').get(appFiles());
  app.route('/users/:id').get(preferPage('people'));
  app.route('/users').get(listUsers(people)).all(only('GET'));
  app
    .route('/users/:id/follow')
    .post(followUser(told))
    .delete(unfollowUser(people))
    .all(only('POST', 'DELETE'));

  app.route('/notifications').get(showNotifications(people)).all(only('GET'));
  app
    .route('/notifications/read')
    .post(readNotifications({ ...told, prefix }))
    .all(only('POST'));
  app
    .route('/notifications/stream')
    .get(streamNotifications({ ...people, live, stopping, ...heartbeat }))
    .all(only('GET'));
  app.route('/notifications/preferences').get(showPreferences(people)).all(only('GET'));
  app.route('/notifications/preferences/:kind').put(putPreference(people)).all(only('PUT'));
  app
    .route('/devices')
    .get(listDevices(people))
    .post(registerDevice({ ...people, pushHosts }))
    .all(only('GET', 'POST'));
  app.route('/devices/vapid-key').get(showVapidKey({ vapidPublicKey })).all(only('GET'));
  app.route('/devices/:id').delete(forgetDevice(people)).all(only('DELETE'));
};
