/**
 * The key that marks our stand-ins for Python types. A symbol, so that no object a stranger sends as
 * JSON can pass for one.
 */
export const PYTHON: unique symbol = Symbol('python');

/** Whether a value is the stand-in for that Python type. */
export const hasKind = <Value, Kind extends string>(
  value: Value,
  kind: Kind,
): value is Extract<Value, { readonly [PYTHON]: Kind }> => kindOf(value) === kind;

/** Which Python type a value stands for; undefined for JavaScript's own types. */
export const kindOf = (value: unknown): string | undefined =>
  typeof value === 'object' && value !== null
    ? (value as { [PYTHON]?: string })[PYTHON]
    : undefined;
