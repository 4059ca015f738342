/** The value of a stored field, from a flat list of fields and values. */
export const fieldOf = (fields: readonly string[], name: string): string | undefined => {
  for (let i = 0; i < fields.length; i += 2) if (fields[i] === name) return fields[i + 1];
  return undefined;
};
