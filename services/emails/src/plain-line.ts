/**
 * Line breaks and other controls, invisible signs, and marks that turn the writing direction; all but
 * the joiners that some scripts and emoji are spelled with.
 */
const NOT_PLAIN = /[[\s\p{Cc}\p{Cf}]--[\u200c\u200d]]+/gv;

/**
 * How much of a text is looked at for each character that may stay: a link is sought from every place, so
 * that a word of 300,000 letters would keep the worker busy for minutes.
 */
const SEEN_A_CHARACTER = 16;

const LINK = /\S*(?::\/\/|\bwww\.)\S*/giu;

/**
 * Text that a person chose (a name, a job's title) as one harmless line. Templates escape HTML; this is
 * for what escaping does not stop: line breaks that forge a paragraph or a header, marks that reverse
 * the text after them, and links, for whoever can choose a name could have us mail advertisements.
 *
 * @param options.fallback when nothing is left.
 */
export const plainLine = (
  text: string,
  { maxLength, fallback }: { maxLength: number; fallback: string },
): string => {
  const line = text
    .slice(0, maxLength * SEEN_A_CHARACTER)
    .toWellFormed()
    .replace(NOT_PLAIN, ' ')
    .replace(LINK, '')
    .replace(/ {2,}/g, ' ')
    .trim();
  const characters = [...new Intl.Segmenter().segment(line)].map(({ segment }) => segment);
  if (characters.length <= maxLength) return line === '' ? fallback : line;
  return `${characters
    .slice(0, maxLength - 1)
    .join('')
    .trimEnd()}…`;
};
