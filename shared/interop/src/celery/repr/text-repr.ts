/** Whether Python would print a character as it is. Unassigned ones depend on its Unicode version. */
const UNPRINTABLE = /[\p{C}\p{Z}]/u;

const NAMED: Readonly<Record<string, string>> = {
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\\': '\\\\',
};

/** A text as Python's `repr` prints it: single quotes, unless it holds those and no double ones. */
export const textRepr = (text: string): string => {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  let inner = '';
  for (const character of text) {
    if (character === quote) inner += `\\${character}`;
    else inner += NAMED[character] ?? escaped(character);
  }
  return quote + inner + quote;
};

const escaped = (character: string): string => {
  if (character === ' ' || !UNPRINTABLE.test(character)) return character;
  const code = character.codePointAt(0) ?? 0;
  if (code <= 0xff) return `\\x${hex(code, 2)}`;
  return code <= 0xffff ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`;
};

const hex = (code: number, digits: number) => code.toString(16).padStart(digits, '0');

/** Bytes as Python's `repr` prints them. */
export const bytesRepr = (bytes: Uint8Array): string => {
  const quote = bytes.includes(0x27) && !bytes.includes(0x22) ? '"' : "'";
  let inner = '';
  for (const byte of bytes) {
    const character = String.fromCharCode(byte);
    if (character === quote) inner += `\\${character}`;
    else if (NAMED[character] !== undefined) inner += NAMED[character];
    else inner += byte < 0x20 || byte > 0x7e ? `\\x${hex(byte, 2)}` : character;
  }
  return `b${quote}${inner}${quote}`;
};
