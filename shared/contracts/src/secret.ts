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
    // A field that the contract does not know may hold anything.
    return Object.fromEntries(
      Object.entries(value).map(([key, field]) => {
        const fieldSchema = shape[key];
        return [key, fieldSchema === undefined ? REDACTED : redact(fieldSchema, field)];
      }),
    );
  }
  if (schema instanceof z.ZodRecord && typeof value === 'object') {
    const { valueType } = schema;
    return Object.fromEntries(
      Object.entries(value).map(([key, field]) => [key, redact(valueType, field)]),
    );
  }
  if (schema instanceof z.ZodTuple && Array.isArray(value)) {
    return value.map((item, i) =>
      redact(schema.def.items[i] ?? schema.def.rest ?? z.unknown(), item),
    );
  }
  // What is secret in any of the alternatives is hidden.
  if (schema instanceof z.ZodUnion) {
    const fitting = schema.options.filter((option) => z.safeParse(option, value).success);
    return (fitting.length > 0 ? fitting : schema.options).reduce<unknown>(
      (shown, option) => redact(option, shown),
      value,
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
  if (schema instanceof z.ZodPipe) return schema.in;
  if (schema instanceof z.ZodReadonly || schema instanceof z.ZodCatch) return schema.def.innerType;
  return schema;
};
