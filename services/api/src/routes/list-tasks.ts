import { catalogue } from '@shared/contracts';
import type { RequestHandler } from 'express';
import { openApiDocument } from '../api-schema.ts';
import { enqueueOptions } from '../enqueue-request.ts';

/** `GET /tasks` answers the OpenAPI 3.1 document of all tasks. */
export const listTasks = ({ publicUrl }: { publicUrl: string }): RequestHandler => {
  const document = openApiDocument({ tasks: catalogue, options: enqueueOptions, publicUrl });
  return (_request, response) => {
    response.json(document);
  };
};
