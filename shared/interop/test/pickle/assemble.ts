import { OP } from '../../src/pickle/opcodes.ts';

type Part = number | Uint8Array | readonly Part[];

/** Bytes of opcodes, their arguments and other pickles' pieces. */
export const assemble = (...parts: readonly Part[]): Uint8Array => {
  const chunks: Uint8Array[] = [];
  const add = (part: Part) => {
    if (typeof part === 'number') chunks.push(Uint8Array.of(part));
    else if (part instanceof Uint8Array) chunks.push(part);
    else part.forEach(add);
  };
  parts.forEach(add);
  return new Uint8Array(Buffer.concat(chunks));
};

export const repeat = (times: number, ...parts: readonly Part[]): Uint8Array => {
  const once = assemble(...parts);
  return new Uint8Array(Buffer.alloc(once.length * times, once));
};

/** BINUNICODE. */
export const text = (value: string): Uint8Array => {
  const bytes = Buffer.from(value, 'utf8');
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytes.length);
  return assemble(OP.BINUNICODE, length, bytes);
};

/** STACK_GLOBAL, as protocol 4 writes it. */
export const global = (module: string, name: string): Uint8Array =>
  assemble(text(module), text(name), OP.STACK_GLOBAL);

/** LONG4. */
export const long = (bytes: Uint8Array): Uint8Array => {
  const length = Buffer.alloc(4);
  length.writeInt32LE(bytes.length);
  return assemble(OP.LONG4, length, bytes);
};

/** LONG_BINPUT. */
export const put = (key: number): Uint8Array => withKey(OP.LONG_BINPUT, key);

/** LONG_BINGET. */
export const get = (key: number): Uint8Array => withKey(OP.LONG_BINGET, key);

const withKey = (opcode: number, key: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(key);
  return assemble(opcode, bytes);
};
