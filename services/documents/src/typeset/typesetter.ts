import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler';
import { InvalidSignatureImageError } from '../errors/invalid-signature-image-error.ts';
import { TypesettingError } from '../errors/typesetting-error.ts';
import { UndisplayableTextError } from '../errors/undisplayable-text-error.ts';
import type { SignatureImage } from '../signature/read-signature.ts';
import type { ContractPage } from './contract-page.ts';
import { fontPaths } from './fonts.ts';

/** Typesets contracts, one at a time and synchronously: about 20 ms each once warm. */
export type Typesetter = {
  /**
   * The contract as PDF/A-2a: for archives, and tagged for screen readers.
   *
   * @param options.made stands in the file, so that the same contract is the same file.
   * @throws {InvalidSignatureImageError} the image is damaged.
   * @throws {UndisplayableTextError} a character is in none of the fonts.
   */
  typeset(
    page: ContractPage,
    options: { signature: SignatureImage | undefined; made: Date },
  ): Buffer;
};

const TEMPLATE = new URL('contract.typ', import.meta.url);

/** Results of the compiler's functions that so many contracts in a row had no use for are forgotten. */
const EVICT_AGE = 10;

export const createTypesetter = (): Typesetter => {
  // There is no such folder: the template can read what is mapped below, and nothing else.
  const workspace = fileURLToPath(new URL('workspace', import.meta.url));
  const compiler = NodeCompiler.create({ workspace, fontArgs: [{ fontPaths: fontPaths() }] });
  const mainFileContent = readFileSync(TEMPLATE, 'utf8');

  return {
    typeset(page, { signature, made }) {
      const image = signature && {
        ...signature,
        path: `${workspace}/signature.${signature.format}`,
      };
      if (image !== undefined) compiler.mapShadow(image.path, image.content);
      const shown = image === undefined ? null : `signature.${image.format}`;
      const contract = JSON.stringify(withoutEmoji({ ...page, signature: shown }));
      try {
        return compiler.pdf(
          { mainFileContent, inputs: { contract } },
          { pdfStandard: 'a-2a', creationTimestamp: Math.floor(made.getTime() / 1_000) },
        );
      } catch (error) {
        throw translate(error);
      } finally {
        if (image !== undefined) compiler.unmapShadow(image.path);
        compiler.evictCache(EVICT_AGE);
      }
    },
  };
};

/** The compiler says what is wrong in its errors' message or code, as text (typst-ts-node-compiler 0.7). */
const translate = (error: unknown) => {
  const { message, code } = Object(error) as { message?: unknown; code?: unknown };
  const text = `${String(message)} ${String(code)}`;
  const missing = [...text.matchAll(/the text `\\?"(.+?)\\?"` could not be displayed/gu)].map(
    ([, characters = '']) => unescape(characters),
  );
  if (missing.length > 0) return new UndisplayableTextError([...new Set(missing)]);
  if (/failed to decode image/.test(text)) {
    return new InvalidSignatureImageError('it is damaged or incomplete', error);
  }
  return new TypesettingError(error);
};

/** Rust writes marks that stand on other characters as `\u{94d}`. */
const unescape = (text: string) =>
  text.replace(/\\u\{([0-9a-f]+)\}/gi, (_, hex: string) =>
    String.fromCodePoint(Number.parseInt(hex, 16)),
  );

/** Pictures say nothing in a contract, and no font of ours draws them. */
const withoutEmoji = (page: object): unknown =>
  JSON.parse(
    JSON.stringify(page, (_, value: unknown) =>
      typeof value === 'string'
        ? value.replace(/[\p{Extended_Pictographic}\p{Emoji_Modifier}\u{fe0f}\u{200d}]/gu, '')
        : value,
    ),
  ) as unknown;
