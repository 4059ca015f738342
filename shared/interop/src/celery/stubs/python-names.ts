import { snakeCase } from '../../tasks/snake-case.ts';

const KEYWORDS = new Set(
  (
    'False None True and as assert async await break class continue def del elif else except finally for ' +
    'from global if import in is lambda nonlocal not or pass raise return try while with yield'
  ).split(' '),
);

/** A text as a name that Python takes, in snake_case. */
export const pythonName = (text: string): string => {
  const name = snakeCase(text)
    .replaceAll(/[^A-Za-z0-9_]+/g, '_')
    .replaceAll(/_+/g, '_')
    .replace(/^_(?=.)/, '');
  return KEYWORDS.has(name) || /^\d/.test(name) || name === ''
    ? `${/^\d/.test(name) ? '_' : ''}${name}_`
    : name;
};

/** Whether Python takes it for a name as it is. */
export const isPythonName = (text: string): boolean =>
  /^[A-Za-z_][A-Za-z0-9_]*$/.test(text) && !KEYWORDS.has(text);

/** `create_variant` as a class is named: `CreateVariant`. */
export const className = (name: string): string =>
  name
    .split('_')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');

/** The first free one of `name`, `name_2`, `name_3`, … */
export const createNames = () => {
  const taken = new Set<string>();
  return (name: string): string => {
    let free = name;
    for (let count = 2; taken.has(free); count += 1) free = `${name}_${count}`;
    taken.add(free);
    return free;
  };
};
