// The service worker: shows what is pushed to this device, whether or not the page is open. It keeps
// nothing and serves nothing.

self.addEventListener('push', (event) => {
  const { title, body, data = {}, tag } = event.data.json();
  event.waitUntil(self.registration.showNotification(title, { body, tag, data }));
});

/** A page that is open goes where the notification leads; otherwise one is opened there. */
const open = async (link) => {
  const [page] = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  if (page === undefined) return self.clients.openWindow(link);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- It is no window.
  page.postMessage({ open: link });
  return page.focus();
};

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data.link ?? '/'));
});
