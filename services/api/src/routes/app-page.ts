import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import express, { type RequestHandler } from 'express';
import { contentSecurityPolicy } from 'helmet';

const PAGES = new URL('../pages/', import.meta.url);

/** The page loads what is ours, from here, and nothing else; pictures and clips it was sent as bytes are `blob:`. */
const onlyOurs = (secure: boolean): RequestHandler =>
  contentSecurityPolicy({
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'", 'blob:', 'data:'],
      mediaSrc: ["'self'", 'blob:'],
      connectSrc: ["'self'"],
      workerSrc: ["'self'"],
      baseUri: ["'none'"],
      formAction: ["'none'"],
      frameAncestors: ["'none'"],
      ...(secure ? { upgradeInsecureRequests: [] } : {}),
    },
  });

/** `GET /` is the sample product's page; its modules and styles are below `/app/`. */
export const appPage = ({ secure }: { secure: boolean }): RequestHandler[] => {
  const content = readFileSync(new URL('app/index.html', PAGES));
  return [
    onlyOurs(secure),
    (_request, response) => {
      response.setHeader('cache-control', 'no-cache').type('html').send(content);
    },
  ];
};

/** `GET /app/…`: a browser asks each time whether it changed. */
export const appFiles = (): RequestHandler =>
  express.static(fileURLToPath(PAGES), {
    index: false,
    redirect: false,
    setHeaders: (response) => response.setHeader('cache-control', 'no-cache'),
  });

/**
 * Sends people who follow a link, as from a mail, to the page, where the same address is for programs.
 *
 * @param section of the page.
 */
export const preferPage =
  (section: string): RequestHandler<{ id: string }> =>
  (request, response, next) => {
    response.vary('accept');
    if (request.accepts('json', 'html') !== 'html') {
      next();
      return;
    }
    response.redirect(303, `/#${section}/${encodeURIComponent(request.params.id)}`);
  };
