import { deflateSync, inflateSync } from 'node:zlib';

const MAX_BYTES = 4 * 1024 * 1024;

/** `exc_string` of a result. */
export const writeExceptionText = (text: string): string =>
  deflateSync(Buffer.from(text, 'utf8')).toString('base64');

/** @throws for bytes that nobody wrote with {@link writeExceptionText}. */
export const readExceptionText = (field: string): string =>
  inflateSync(Buffer.from(field, 'base64'), { maxOutputLength: MAX_BYTES }).toString('utf8');
