import { InvalidOptionError } from '@shared/errors';
import type { Handler } from '../worker/implement.ts';

const loaded = new Map<string, Handler<unknown, unknown>>();

/**
 * The handler that a module exports as its default.
 *
 * @throws what the module throws when it is loaded, or {@link InvalidOptionError} if it has no handler.
 */
export const loadHandler = async (module: string): Promise<Handler<unknown, unknown>> => {
  const known = loaded.get(module);
  if (known !== undefined) return known;
  const { default: handler } = (await import(module)) as { default?: unknown };
  if (typeof handler !== 'function') {
    throw new InvalidOptionError(
      'handler',
      `${module} has no function as its default export`,
      'Write "export default" before the handler.',
    );
  }
  // The worker checks the payload before and the result after, by the task's own schemas.
  loaded.set(module, handler as Handler<unknown, unknown>);
  return handler as Handler<unknown, unknown>;
};
