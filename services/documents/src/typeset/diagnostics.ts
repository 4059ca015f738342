import { InvalidSignatureImageError } from '../errors/invalid-signature-image-error.ts';
import { TypesettingError } from '../errors/typesetting-error.ts';
import { UndisplayableTextError } from '../errors/undisplayable-text-error.ts';

/** The compiler says what is wrong in its errors' message or code (typst-ts-node-compiler 0.7). */
export const textOfDiagnostics = (error: unknown): string => {
  const { message, code } = Object(error) as { message?: unknown; code?: unknown };
  return `${String(message)} ${String(code)}`;
};

/** What the compiler's complaint means for a contract. */
export const errorOfDiagnostics = (text: string) => {
  const missing = [...text.matchAll(/the text `\\?"(.+?)\\?"` could not be displayed/gu)].map(
    ([, characters = '']) => unescape(characters),
  );
  const cause = new Error(text);
  if (missing.length > 0) return new UndisplayableTextError([...new Set(missing)]);
  if (text.includes('failed to decode image')) {
    return new InvalidSignatureImageError('it is damaged or incomplete', cause);
  }
  return new TypesettingError(cause);
};

/** Rust writes marks that stand on other characters as `\u{94d}`. */
const unescape = (text: string) =>
  text.replace(/\\+u\{([0-9a-f]+)\}/gi, (_, hex: string) =>
    String.fromCodePoint(Number.parseInt(hex, 16)),
  );
