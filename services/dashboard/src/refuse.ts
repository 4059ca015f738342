import type { Response } from 'express';

/** Answers a request that is not fulfilled, in the form in which every process of the platform does. */
export const refuse = (
  response: Response,
  status: number,
  { code, message, fix }: { code: string; message: string; fix: string },
): void => {
  response.status(status).json({ error: { code, message, fix, path: null } });
};
