import type { RequestHandler } from 'express';
import { MethodNotAllowedError } from './errors/method-not-allowed-error.ts';

/** Refuses every method that no handler before it has answered. */
export const only =
  (...methods: string[]): RequestHandler =>
  ({ method }) => {
    throw new MethodNotAllowedError(method, methods);
  };
