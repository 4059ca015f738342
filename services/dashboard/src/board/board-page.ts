import type { RequestHandler } from 'express';
import { signedInUser } from '../gate.ts';

const FONT_LINK = /<link\b[^>]*fonts\.googleapis\.com[^>]*>/g;

/**
 * Changes the page that Bull Board sends: without the fonts that it loads from Google (our policy would
 * keep the browser from it anyway, and the browser would complain), and with our styles, which hide what
 * the user may not do.
 */
export const boardPage: RequestHandler = (_request, response, next) => {
  const send = response.send.bind(response);
  const sheets = signedInUser(response).role === 'admin' ? ['board'] : ['board', 'board-operator'];
  const links = sheets.map((sheet) => `<link rel="stylesheet" href="/${sheet}.css">`).join('');
  response.send = (body: unknown) => {
    // JSON comes with its type; the page, rendered from a template, comes without.
    const isPage = typeof body === 'string' && response.get('content-type') === undefined;
    return send(isPage ? body.replace(FONT_LINK, '').replace('</head>', `${links}</head>`) : body);
  };
  next();
};
