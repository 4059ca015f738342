import { snakeCase } from '../../tasks/snake-case.ts';
import { textRepr } from '../repr/text-repr.ts';
import { className, isPythonName, pythonName } from './python-names.ts';

/** The part of JSON Schema that contracts come to. */
export type Schema = {
  type?: string | string[];
  format?: string;
  description?: string;
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  anyOf?: Schema[];
  oneOf?: Schema[];
  items?: Schema | boolean;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  required?: string[];
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  $ref?: string;
  $defs?: Record<string, Schema>;
};

/** Collects the classes that types need. */
export type PythonTypes = {
  /** `path` names the class of an object. */
  typeOf(schema: Schema, path: string): string;
  /** The source of the classes so far. */
  readonly classes: readonly string[];
};

const SIMPLE: Readonly<Record<string, string>> = {
  string: 'str',
  integer: 'int',
  number: 'float',
  boolean: 'bool',
  null: 'None',
};

/** @param root where `$ref` looks. */
export const createPythonTypes = (
  root: () => Schema,
  take: (name: string) => string,
): PythonTypes => {
  const classes: string[] = [];
  const named = new Map<string, string>();

  const typeOf = (schema: Schema, path: string): string => {
    if (schema.$ref !== undefined) return reference(schema.$ref, path);
    if ('const' in schema) return literal([schema.const]);
    if (schema.enum !== undefined) return literal(schema.enum);
    const options = schema.anyOf ?? schema.oneOf;
    if (options !== undefined)
      return union(options.map((option, at) => typeOf(option, `${path}_${at + 1}`)));
    const types = [schema.type ?? []].flat();
    return types.length === 0 ? 'Any' : union(types.map((type) => ofType(type, schema, path)));
  };
  const ofType = (type: string, schema: Schema, path: string): string => {
    if (type === 'array') {
      const { items } = schema;
      return `list[${typeof items === 'object' ? typeOf(items, `${path}_item`) : 'Any'}]`;
    }
    return type === 'object' ? ofObject(schema, path) : (SIMPLE[type] ?? 'Any');
  };
  const ofObject = (schema: Schema, path: string): string => {
    const { properties = {}, additionalProperties } = schema;
    if (Object.keys(properties).length > 0) return define(schema, path);
    const values =
      typeof additionalProperties === 'object'
        ? typeOf(additionalProperties, `${path}_value`)
        : 'Any';
    return `dict[str, ${values}]`;
  };
  const reference = (ref: string, path: string): string => {
    const known = named.get(ref);
    if (known !== undefined) return known;
    const target = ref === '#' ? root() : root().$defs?.[ref.replace('#/$defs/', '')];
    if (target === undefined) return 'Any';
    named.set(ref, 'Any'); // A type that holds itself is said once.
    const type = typeOf(target, path);
    named.set(ref, type);
    return type;
  };
  /** Fields that may be left out are in a class of their own: every Python since 3.9 understands that. */
  const define = ({ properties = {}, required = [] }: Schema, path: string): string => {
    const name = take(className(pythonName(path)));
    const fields = Object.entries(properties).map(([field, schema]) => ({
      key: snakeCase(field),
      type: typeOf(schema, `${path}_${pythonName(field)}`),
      isRequired: required.includes(field),
    }));
    const all = fields.filter(({ isRequired }) => isRequired);
    const some = fields.filter(({ isRequired }) => !isRequired);
    if (some.length === 0) classes.push(typedDict(name, all, 'TypedDict'));
    else if (all.length === 0) classes.push(typedDict(name, some, 'TypedDict, total=False'));
    else {
      const base = take(`${name}Required`);
      classes.push(typedDict(base, all, 'TypedDict'));
      classes.push(typedDict(name, some, `${base}, total=False`));
    }
    return name;
  };

  return { typeOf, classes };
};

type Field = { key: string; type: string };

/** Keys that are no names can be typed only where they are all that there is. */
const typedDict = (name: string, fields: readonly Field[], bases: string): string => {
  const usable = fields.filter(({ key }) => isPythonName(key));
  const lines = usable.map(({ key, type }) => `    ${key}: ${type}`);
  return [`class ${name}(${bases}):`, ...(lines.length === 0 ? ['    pass'] : lines)].join('\n');
};

const union = (types: readonly string[]): string => {
  const distinct = [...new Set(types)];
  return distinct.includes('Any') ? 'Any' : distinct.join(' | ');
};

const literal = (values: readonly unknown[]): string =>
  `Literal[${values.map(pythonLiteral).join(', ')}]`;

/** A value of JSON as Python source. */
export const pythonLiteral = (value: unknown): string => {
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'string') return textRepr(value);
  if (Array.isArray(value)) return `[${value.map(pythonLiteral).join(', ')}]`;
  if (typeof value === 'object') {
    return `{${Object.entries(value)
      .map(([key, part]) => `${textRepr(key)}: ${pythonLiteral(part)}`)
      .join(', ')}}`;
  }
  return JSON.stringify(value);
};
