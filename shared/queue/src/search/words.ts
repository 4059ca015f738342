// As index.lua has them.
const WORD_BYTES = 40;
const WORDS_A_REASON = 24;

/**
 * The words of an error's text, as index.lua finds them: letters are lowered in ASCII only, and what
 * is beyond ASCII is part of a word.
 */
export const wordsOf = (text: string): string[] => {
  const found = lowered(text).match(/[\w\u0080-\uffff]+/g) ?? [];
  return [...new Set(found.map(cut).filter((word) => Buffer.byteLength(word) > 1))];
};

/** The words that an error is found by. */
export const indexedWordsOf = (reason: string): string[] =>
  wordsOf(reason).slice(0, WORDS_A_REASON);

/** Lower case as Lua has it, so that what is asked for and what is stored compare. */
const lowered = (text: string): string =>
  text.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());

/** The beginning of a word, of whole characters: an index is asked for it as a beginning. */
const cut = (word: string): string => {
  let end = word.length;
  while (Buffer.byteLength(word.slice(0, end)) > WORD_BYTES) end -= 1;
  return word.slice(0, end);
};
