import { py } from '../../values/py.ts';
import type { AllowedGlobal, Raw, Tools } from '../raw.ts';
import { wrongArguments } from './arguments.ts';

const LATIN1 = /^[\0-\xff]*$/;

/** Bytes that a str stands for, one character each; undefined when it cannot. */
export const latin1 = (text: string): Uint8Array | undefined =>
  LATIN1.test(text) ? new Uint8Array(Buffer.from(text, 'latin1')) : undefined;

const encode = ([text, encoding]: readonly Raw[], { budget }: Tools): Uint8Array => {
  if (typeof text !== 'string' || (encoding !== 'latin1' && encoding !== 'latin-1')) {
    throw wrongArguments('_codecs.encode');
  }
  budget.scanned(text.length);
  const bytes = latin1(text);
  if (bytes === undefined) throw wrongArguments('_codecs.encode');
  return bytes;
};

/** How protocols 0 to 2 write bytes: as a str in which each character is one byte. */
export const codecsEncode: AllowedGlobal = { call: encode };

/** How they write empty bytes. */
export const bytes: AllowedGlobal = {
  call: (args) => {
    if (args.length > 0) throw wrongArguments('bytes');
    return new Uint8Array(0);
  },
};

export const bytearray: AllowedGlobal = {
  call: (args, tools) => {
    const [source] = args;
    if (args.length === 0) return py.bytearray(new Uint8Array(0));
    if (args.length === 2) return py.bytearray(encode(args, tools));
    if (!(source instanceof Uint8Array)) throw wrongArguments('bytearray');
    tools.budget.scanned(source.length);
    return py.bytearray(source.slice());
  },
};
