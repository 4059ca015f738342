import { registerHooks } from 'node:module';

const OWN = /^(@shared\/|(zod|ioredis)(\/|$))/;

/**
 * Lets modules outside this project import our packages, the zod that contracts are made with and the
 * Redis client of `attempt.redis`: what they cannot find from their own folder is looked up from here.
 */
export const shareOwnPackages = (): void => {
  registerHooks({
    resolve(specifier, context, nextResolve) {
      try {
        return nextResolve(specifier, context);
      } catch (error) {
        const missing = (error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND';
        if (!missing || !OWN.test(specifier)) throw error;
        return nextResolve(specifier, { ...context, parentURL: import.meta.url });
      }
    },
  });
};
