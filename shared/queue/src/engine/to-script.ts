/**
 * Arguments of a script by name, as JSON: only those that say something, so that in Lua, where 0 and ""
 * are true, having one means that it counts.
 */
export const toScript = (values: Readonly<Record<string, string | number | boolean | undefined>>) =>
  JSON.stringify(values, (_, value: unknown) => {
    if (value === '' || value === false) return undefined;
    // Redis' JSON refuses half a character, which its protocol would have replaced like this.
    return typeof value === 'string' ? value.toWellFormed() : value;
  });
