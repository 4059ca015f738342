export { loadConfig } from './config.ts';
export { createHandlers } from './handlers.ts';
export { connectFcm } from './push/fcm.ts';
export { connectOneSignal } from './push/onesignal.ts';
export type { Pusher, PushMessage, PushOutcome } from './push/pusher.ts';
export { connectWebPush } from './push/web-push.ts';
