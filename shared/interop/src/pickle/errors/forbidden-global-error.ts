import { PlatformError } from '@shared/errors';

/** A pickle asks for a Python class or function that is not on the list of those read as plain values. */
export class ForbiddenGlobalError extends PlatformError {
  readonly code = 'forbidden_global';
  readonly retryable = false;
  readonly module: string;
  readonly global: string;

  constructor(module: string, global: string, why = 'which is not on the list of readable types') {
    super({
      what: 'Pickle refused',
      why: `it asks for ${shown(module)}.${shown(global)}, ${why}`,
      fix: 'Send plain values instead: numbers, text, bytes, lists, dicts, sets, datetimes, Decimal, UUID.',
    });
    this.module = module;
    this.global = global;
  }
}

/** The name as a stranger wrote it, made safe to print: short, and without control characters. */
const shown = (name: string): string =>
  name.length > 100 ? `${printable(name.slice(0, 100))}…` : printable(name);

const printable = (text: string): string => JSON.stringify(text).slice(1, -1);
