import { catalogue, sendWelcomeEmail } from '@shared/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Api, startApi } from './start-api.ts';

let api: Api;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api[Symbol.asyncDispose]());

const WELCOME = `/tasks/${sendWelcomeEmail.name}`;

/** Every `$ref` in a document. */
const refsIn = (node: unknown): string[] => {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) =>
    key === '$ref' && typeof value === 'string' ? [value] : refsIn(value),
  );
};

test('the contracts are an OpenAPI document whose references all lead somewhere', async () => {
  const { status, body } = await api.call('GET /tasks');

  expect(status).toBe(200);
  expect(body.openapi).toBe('3.1.0');
  expect(Object.keys(body.paths)).toEqual(catalogue.map(({ name }) => `/tasks/${name}`));
  const refs = new Set(refsIn(body));
  expect(refs.size).toBeGreaterThan(catalogue.length);
  for (const ref of refs) {
    const name = ref.replace('#/components/schemas/', '');
    expect(body.components.schemas).toHaveProperty([name]);
  }
  const { properties } = body.components.schemas.EnqueueOptions;
  expect(properties).toMatchObject({
    group: { type: 'string' },
    tags: { type: 'array', items: { type: 'string' } },
    whenDown: { enum: ['throw', 'spool'] },
    unique: { anyOf: [{ required: ['key', 'forMs'] }, { required: ['key', 'until'] }] },
    onSuccess: {
      anyOf: [
        { properties: { task: { enum: catalogue.map(({ name }) => name) } } },
        { type: 'array' },
      ],
    },
    onFailure: { anyOf: [{ required: ['task'] }, { type: 'array' }] },
  });
  const { post } = body.paths[WELCOME];
  expect(post).toMatchObject({ 'x-queue': 'emails', 'x-policy': { attempts: 5 } });
  const { schema } = post.requestBody.content['application/json'];
  expect(schema.properties.payload).toMatchObject({
    type: 'object',
    properties: { userEmail: { type: 'string', format: 'email' } },
    required: ['userEmail', 'userName', 'username'],
    additionalProperties: false,
  });
  expect(body.components.schemas[`${sendWelcomeEmail.name}.result`].properties).toHaveProperty(
    'messageId',
  );
});

test('one task is described with its schemas and its policy', async () => {
  const known = await api.call(`GET ${WELCOME}`);
  const unknown = await api.call('GET /tasks/nothing');

  expect(known.body).toMatchObject({
    name: sendWelcomeEmail.name,
    queue: 'emails',
    payload: { type: 'object' },
    result: { type: 'object' },
    policy: { attempts: 5, timeoutMs: 300_000 },
    python: { name: 'backend_app.core.celery_tasks.send_welcome_email' },
  });
  expect([unknown.status, unknown.body.error.code]).toEqual([404, 'unknown_task']);
});
