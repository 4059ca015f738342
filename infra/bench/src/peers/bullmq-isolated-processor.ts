import { RESULT } from './payload.ts';

/** The processor that BullMQ's sandbox loads. */
export default async (): Promise<string> => RESULT;
