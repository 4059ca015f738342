import { z } from 'zod';
import type { Task } from './task.ts';

const REDACTED = '[redacted]';

/** Marks a payload or result field as secret: logs, the dashboard and status pages never show it. */
export const secret = <Schema extends z.ZodType>(schema: Schema): Schema =>
  schema.meta({ secret: true });

/** A copy of the payload for people's eyes, secret fields replaced. */
export const redactPayload = (task: Pick<Task, 'payload'>, payload: unknown): unknown =>
  redact(task.payload, payload);

/** A copy of the result for people's eyes, secret fields replaced. */
export const redactResult = (task: Pick<Task, 'result'>, result: unknown): unknown =>
  redact(task.result, result);

const redact = (schema: z.core.$ZodType, value: unknown): unknown => {
  if (value === undefined || value === null) return value;
  if (z.globalRegistry.get(schema)?.['secret'] === true) return REDACTED;
  const inner = unwrap(schema);
  if (inner !== schema) return redact(inner, value);
  if (schema instanceof z.ZodObject && typeof value === 'object') {
    const shape: Readonly<Record<string, z.core.$ZodType>> = schema.shape;
    return Object.fromEntries(
      Object.entries(value).map(([key, field]) => {
        const fieldSchema = shape[key];
        return [key, fieldSchema === undefined ? field : redact(fieldSchema, field)];
      }),
    );
  }
  if (schema instanceof z.ZodArray && Array.isArray(value)) {
    return value.map((item) => redact(schema.element, item));
  }
  return value;
};

const unwrap = (schema: z.core.$ZodType): z.core.$ZodType => {
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault
  ) {
    return schema.def.innerType;
  }
  return schema;
};
