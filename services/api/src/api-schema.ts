import type { AnyTask } from '@shared/contracts';
import { z } from 'zod';

type JsonSchema = Record<string, unknown>;

/** JSON Schema 2020-12, which is what OpenAPI 3.1 takes. */
export const jsonSchema = (schema: z.ZodType, io: 'input' | 'output'): JsonSchema => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
};

/** One task for people who write a client: what it takes, gives, and how its jobs are run. */
export const describeTask = (task: AnyTask) => {
  const { name, queue, payload, result, python } = task;
  const { attempts, backoff, timeoutMs, killAfterMs, keepResultMs, keepFailedMs } = task;
  return {
    name,
    queue,
    payload: jsonSchema(payload, 'input'),
    result: jsonSchema(result, 'output'),
    policy: { attempts, backoff, timeoutMs, killAfterMs, keepResultMs, keepFailedMs },
    python: python ?? null,
  };
};

const REFUSALS = {
  400: 'invalid_json, invalid_request or invalid_option',
  401: 'unauthenticated',
  404: 'unknown_task',
  409: 'job_id_taken',
  413: 'payload_too_large',
  422: 'invalid_payload',
  503: 'queue_unavailable',
};

/**
 * The OpenAPI 3.1 document of the tasks, each a path of its own.
 *
 * @param options.options the schema of the enqueue options.
 */
export const openApiDocument = ({
  tasks,
  options,
  publicUrl,
}: {
  tasks: readonly AnyTask[];
  options: z.ZodType;
  publicUrl: string;
}) => ({
  openapi: '3.1.0',
  info: {
    title: 'Taskyard tasks',
    version: '1',
    description: 'Enqueue background jobs; follow one at GET /jobs/status/{jobId}.',
  },
  servers: [{ url: publicUrl }],
  security: [{ apiKey: [] }, { bearer: [] }],
  paths: Object.fromEntries(tasks.map((task) => [`/tasks/${task.name}`, pathOf(task)])),
  components: {
    securitySchemes: {
      apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key' },
      bearer: { type: 'http', scheme: 'bearer' },
    },
    schemas: {
      EnqueueOptions: jsonSchema(options, 'input'),
      Enqueued: jsonSchema(enqueued, 'output'),
      Error: jsonSchema(refusal, 'output'),
      ...Object.fromEntries(
        tasks.map((task) => [`${task.name}.result`, jsonSchema(task.result, 'output')]),
      ),
    },
  },
});

const enqueued = z.strictObject({
  jobId: z.string(),
  /** True if the id was taken already, so that nothing was enqueued. */
  duplicate: z.boolean(),
  statusUrl: z.string(),
});

const refusal = z.strictObject({
  error: z.strictObject({
    code: z.string(),
    message: z.string(),
    fix: z.string(),
    path: z.string().nullable(),
  }),
});

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });

const jsonContent = (schema: JsonSchema) => ({ content: { 'application/json': { schema } } });

const pathOf = (task: AnyTask) => {
  const { queue, policy, payload } = describeTask(task);
  return {
    post: {
      operationId: task.name,
      summary: `Enqueue ${task.name}`,
      tags: [queue],
      'x-queue': queue,
      'x-policy': policy,
      'x-result': ref(`${task.name}.result`),
      requestBody: {
        required: true,
        ...jsonContent({
          type: 'object',
          properties: { payload, options: ref('EnqueueOptions') },
          required: ['payload'],
          additionalProperties: false,
        }),
      },
      responses: {
        202: {
          description: 'Enqueued',
          headers: { location: { schema: { type: 'string' } } },
          ...jsonContent(ref('Enqueued')),
        },
        ...Object.fromEntries(
          Object.entries(REFUSALS).map(([status, description]) => [
            status,
            { description, ...jsonContent(ref('Error')) },
          ]),
        ),
      },
    },
  };
};
