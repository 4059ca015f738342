const ADDRESS = /[^\s<>"']+@[^\s<>"']+/g;
const MAX_LENGTH = 200;

/**
 * What a mail server said, fit for logs and job records: on one line, and without the addresses that
 * servers like to repeat.
 *
 * @param recipient its local part is taken out as well.
 */
export const withoutAddresses = (answer: string, recipient: string): string => {
  const localPart = recipient.slice(0, recipient.lastIndexOf('@'));
  return answer
    .replace(ADDRESS, '[address]')
    .split(/\s+/)
    .map((word) => (localPart !== '' && word.includes(localPart) ? '[address]' : word))
    .join(' ')
    .trim()
    .slice(0, MAX_LENGTH);
};

/** In ms, of "5 minutes", "300 seconds", "try again in 300s". */
const WAIT = /\b(?<count>\d{1,4})\s*(?<unit>s|secs?|seconds?|m|mins?|minutes?|h|hours?)\b/i;
const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };
const MAX_WAIT_MS = 3_600_000;

/** The wait that a server asks for in plain words, as those do that make strangers wait (greylisting). */
export const waitAskedFor = (answer: string): number | undefined => {
  const found = WAIT.exec(answer)?.groups;
  const unitMs = UNIT_MS[found?.['unit']?.charAt(0).toLowerCase() ?? ''];
  if (unitMs === undefined) return undefined;
  return Math.min(Number(found?.['count']) * unitMs, MAX_WAIT_MS);
};
