export { rq, type RqRunView } from './attempt.ts';
export { createRqSide } from './create-rq-side.ts';
export { rqEnvironment, rqOptionsOf } from './environment.ts';
export type { RqSideOptions } from './options.ts';
export { type RqCall, readCall, writeCall } from './wire/call.ts';
export { readExceptionText, writeExceptionText } from './wire/exception-text.ts';
export { type RqSerializer, readValue, writeValue } from './wire/serializer.ts';
export { readRqTime, rqTime } from './wire/times.ts';
