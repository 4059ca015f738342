import { PYTHON } from './python.ts';

/** `text` in lower case with its four hyphens. */
export type PyUuid = { readonly [PYTHON]: 'uuid'; readonly text: string };

export const uuid = (text: string): PyUuid => ({ [PYTHON]: 'uuid', text: text.toLowerCase() });

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export const isUuidText = (text: string): boolean => text.length === 36 && UUID.test(text);

/** Python keeps a UUID as one int of 128 bits. */
export const uuidFromInt = (value: bigint): string =>
  value
    .toString(16)
    .padStart(32, '0')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
