const KEY = 'taskyard-device';

const kept = () => {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? 'null');
  } catch {
    return null;
  }
};

/** Only a browser that can, on a page that it trusts (https, or localhost), has all of these. */
const isSupported = () =>
  'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window;

/** What browsers say of it (`AbortError`, `NotAllowedError`) tells nobody what to do. */
const refused = ({ message }) => {
  throw new Error(
    `The browser cannot be told: ${message}. A private window never can; other windows need the network.`,
  );
};

const subscription = async () => {
  const registration = await navigator.serviceWorker.getRegistration('/');
  return (await registration?.pushManager.getSubscription()) ?? null;
};

/**
 * This browser as a device that push messages of one person reach. What is kept here says whose device
 * it is: another person at the same browser has to ask for themselves.
 */
export const createPushDevice = ({ api, user }) => {
  /** Known to the api under this address from now on; the same one again is the same device. */
  const keep = async (subscribed) => {
    const { device } = await api.post('/devices', {
      provider: 'webpush',
      subscription: subscribed.toJSON(),
    });
    localStorage.setItem(KEY, JSON.stringify({ id: device.id, userId: user.id }));
  };

  const forget = async () => {
    const { id, userId } = kept() ?? {};
    localStorage.removeItem(KEY);
    if (userId === user.id) await api.delete(`/devices/${id}`);
  };

  return {
    /** `unavailable`, `blocked`, `off` or `on`. */
    async state() {
      if (!isSupported()) return 'unavailable';
      if ((await api.get('/devices/vapid-key')).publicKey === null) return 'unavailable';
      if (Notification.permission === 'denied') return 'blocked';
      const subscribed = await subscription();
      if (kept()?.userId !== user.id) return 'off';
      if (subscribed === null) {
        await forget();
        return 'off';
      }
      await keep(subscribed);
      return 'on';
    },
    /** Asks the person, then the browser's push service. Resolves to the new state. */
    async turnOn() {
      const permission = await Notification.requestPermission();
      if (permission !== 'granted') return permission === 'denied' ? 'blocked' : 'off';
      const { publicKey } = await api.get('/devices/vapid-key');
      await navigator.serviceWorker.register('/sw.js');
      const { pushManager } = await navigator.serviceWorker.ready;
      const options = { userVisibleOnly: true, applicationServerKey: publicKey };
      await keep(await pushManager.subscribe(options).catch(refused));
      return 'on';
    },
    /** This device gets nothing any more, whatever else fails. Resolves to the new state. */
    async turnOff() {
      if (!isSupported() || kept() === null) return 'off';
      const subscribed = await subscription();
      await Promise.all([subscribed?.unsubscribe(), forget()]);
      return 'off';
    },
  };
};
