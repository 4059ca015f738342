import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import type { RequestHandler } from 'express';

/** A file of `pages/`, as it is: `GET /reset-password`, where the link of a mail leads, its script, `GET /sw.js`. */
export const page = (file: string): RequestHandler => {
  const content = readFileSync(new URL(`../pages/${file}`, import.meta.url));
  return (_request, response) => {
    response.setHeader('cache-control', 'no-cache').type(extname(file)).send(content);
  };
};
