/** One line of `taskyard check`. */
export type Finding = {
  verdict: 'ok' | 'warn' | 'FAIL';
  what: string;
  /** What is the case and, if it is not fine, what to do. */
  found: string;
};
