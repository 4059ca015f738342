/** Line breaks and other controls, and marks that turn the writing direction; not the joiners of emoji. */
const NOT_PLAIN = /[[\s\p{Cc}\p{Cf}]--[\u200c\u200d]]+/gv;

/** Text that a person chose, as one line that no lock screen can mistake for anything else. */
export const plainLine = (text: string, maxLength: number): string => {
  const line = text.toWellFormed().replace(NOT_PLAIN, ' ').trim();
  const characters = [...new Intl.Segmenter().segment(line)].map(({ segment }) => segment);
  if (characters.length <= maxLength) return line;
  return `${characters
    .slice(0, maxLength - 1)
    .join('')
    .trimEnd()}…`;
};
