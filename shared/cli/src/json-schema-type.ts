/** The part of JSON Schema that contracts use. */
export type JsonSchema = {
  type?: string | string[];
  format?: string;
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  anyOf?: JsonSchema[];
  items?: JsonSchema;
  properties?: Record<string, JsonSchema>;
  required?: string[];
};

/** A schema in one line, as `{ to: email, locale?: "en" | "de" = "en" }`. */
export const typeOf = (schema: JsonSchema): string => {
  const { anyOf, enum: values, items, properties } = schema;
  if ('const' in schema) return JSON.stringify(schema.const);
  if (values !== undefined) return values.map((value) => JSON.stringify(value)).join(' | ');
  if (anyOf !== undefined) return anyOf.map(typeOf).join(' | ');
  if (items !== undefined) return `${typeOf(items)}[]`;
  if (properties !== undefined) return fieldsOf(properties, schema.required ?? []);
  return schema.format ?? ([schema.type ?? []].flat().join(' | ') || 'anything');
};

const fieldsOf = (properties: Record<string, JsonSchema>, required: readonly string[]) => {
  const fields = Object.entries(properties).map(([name, field]) => {
    const standard = field.default === undefined ? '' : ` = ${JSON.stringify(field.default)}`;
    return `${name}${required.includes(name) ? '' : '?'}: ${typeOf(field)}${standard}`;
  });
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
};
