import type { PythonCall } from '@shared/contracts';
import { PythonError } from './python-error.ts';

type Parameter<Name extends string> = Name | `${Name}?` | `*${Name}` | `**${Name}`;

/**
 * The arguments of a Python call by the names of its parameters, wherever the caller put them, as `def`
 * has them: `bind(call, 'x', 'y', 'z?')` for `def f(x, y, z=None)`. One that ends in `?` may be left out,
 * `*rest` takes the positional arguments that are left, `**rest` the others by name.
 *
 * @throws {PythonError} TypeError, in the words of Python's `inspect.signature(f).bind`.
 */
export const bind = <Bound extends object = Record<string, unknown>>(
  { args, kwargs }: PythonCall,
  ...parameters: readonly Parameter<keyof Bound & string>[]
): Bound => {
  const positional = [...args];
  const named = new Map(Object.entries(kwargs));
  const bound: Record<string, unknown> = {};
  for (const parameter of parameters) {
    if (parameter.startsWith('**')) continue;
    if (parameter.startsWith('*')) {
      bound[parameter.slice(1)] = positional.splice(0);
      continue;
    }
    const isOptional = parameter.endsWith('?');
    const name = isOptional ? parameter.slice(0, -1) : parameter;
    if (positional.length > 0) {
      if (named.has(name)) throw typeError(`multiple values for argument '${name}'`);
      bound[name] = positional.shift();
    } else if (named.has(name)) {
      bound[name] = named.get(name);
    } else if (!isOptional) throw typeError(`missing a required argument: '${name}'`);
    named.delete(name);
  }
  const rest = parameters.find((parameter) => parameter.startsWith('**'));
  if (positional.length > 0) throw typeError('too many positional arguments');
  if (rest !== undefined) bound[rest.slice(2)] = Object.fromEntries(named);
  else
    for (const name of named.keys()) {
      throw typeError(`got an unexpected keyword argument '${name}'`);
    }
  return bound as Bound; // As the caller names them: values of Python's are the caller's to check.
};

const typeError = (words: string) => new PythonError('TypeError', [words]);
