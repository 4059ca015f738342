import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler';
import type { SignatureImage } from '@shared/contracts';
import type { ContractPage } from './contract-page.ts';
import { fontPaths } from './fonts.ts';

export type TypesetOptions = {
  signature: SignatureImage | undefined;
  /** Stands in the file, so that the same contract is the same file. */
  made: Date;
};

/** Compiles contracts, one at a time and synchronously: about 20 ms each once warm. */
export type Compiler = {
  /**
   * The contract as PDF/A-2a: for archives, and tagged for screen readers.
   *
   * @throws the compiler's own errors; `errorOfDiagnostics` tells what they mean.
   */
  compile(page: ContractPage, options: TypesetOptions): Uint8Array;
};

const TEMPLATE = new URL('contract.typ', import.meta.url);

/** Results of the compiler's functions that so many contracts in a row had no use for are forgotten. */
const EVICT_AGE = 2;

export const createCompiler = (): Compiler => {
  // There is no such folder: the template can read what is mapped below, and nothing else.
  const workspace = fileURLToPath(new URL('workspace', import.meta.url));
  const compiler = NodeCompiler.create({ workspace, fontArgs: [{ fontPaths: fontPaths() }] });
  const mainFileContent = readFileSync(TEMPLATE, 'utf8');

  return {
    compile(page, { signature, made }) {
      const image = signature && {
        ...signature,
        path: `${workspace}/signature.${signature.format}`,
      };
      if (image !== undefined) compiler.mapShadow(image.path, Buffer.from(image.content));
      const shown = image === undefined ? null : `signature.${image.format}`;
      const contract = JSON.stringify({ ...page, signature: shown }, withoutEmoji);
      try {
        return compiler.pdf(
          { mainFileContent, inputs: { contract } },
          { pdfStandard: 'a-2a', creationTimestamp: Math.floor(made.getTime() / 1_000) },
        );
      } finally {
        if (image !== undefined) compiler.unmapShadow(image.path);
        compiler.evictCache(EVICT_AGE);
      }
    },
  };
};

/** Pictures say nothing in a contract, and no font of ours draws them. */
const withoutEmoji = (_: string, value: unknown): unknown =>
  typeof value === 'string'
    ? value.replace(/[\p{Extended_Pictographic}\p{Emoji_Modifier}\u{fe0f}\u{200d}]/gu, '')
    : value;
