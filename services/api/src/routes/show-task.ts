import { taskNamed } from '@shared/contracts';
import type { RequestHandler } from 'express';
import { describeTask } from '../api-schema.ts';

/**
 * `GET /tasks/:name` tells of one task: 200 `{ name, queue, payload, result, policy, python }`, the
 * payload and the result as JSON Schema. Refusals: 404 `unknown_task`.
 */
export const showTask = (): RequestHandler<{ name: string }> => (request, response) => {
  response.json(describeTask(taskNamed(request.params.name)));
};
