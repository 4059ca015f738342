import { RESULT } from './payload.ts';

/** The handler that our isolates load. */
export default (): string => RESULT;
