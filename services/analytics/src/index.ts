export { loadConfig } from './config.ts';
export { createEventWriter, type EventWriter } from './event-writer.ts';
export { createHandlers } from './handlers.ts';
export { createTrackUserEvent } from './tasks/track-user-event.ts';
