const EMPTY = JSON.stringify({ label: '' }).length;

/** A payload whose JSON has this many bytes. */
export const payloadOf = (bytes: number) => ({ label: 'x'.repeat(Math.max(bytes - EMPTY, 0)) });

/** What every handler returns, on both sides. */
export const RESULT = 'done';
