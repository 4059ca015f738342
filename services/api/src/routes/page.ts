import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import type { RequestHandler } from 'express';

/** `GET /reset-password` and its script: where the link of a password reset mail leads. */
export const page = (file: string): RequestHandler => {
  const content = readFileSync(new URL(`../pages/${file}`, import.meta.url));
  return (_request, response) => {
    response.setHeader('cache-control', 'no-cache').type(extname(file)).send(content);
  };
};
