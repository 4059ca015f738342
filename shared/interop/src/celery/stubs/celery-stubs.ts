import type { AnyTask } from '@shared/contracts';
import { z } from 'zod';
import { takesTheCall } from '../../tasks/payload-of-call.ts';
import { textRepr } from '../repr/text-repr.ts';
import { PREAMBLE } from './preamble.ts';
import { createNames, pythonName } from './python-names.ts';
import { createPythonTypes, pythonLiteral, type PythonTypes, type Schema } from './python-types.ts';

/**
 * A Python module with a typed function for every task: programs that use Celery import it instead of the
 * tasks' own code, get completion and checks, and send to us.
 */
export const celeryStubs = (tasks: readonly AnyTask[]): string =>
  pythonStubs(tasks, { preamble: PREAMBLE, names: RESERVED });

/** What a library's stubs begin with, and the names in it that no task may take. */
export type StubsFrame = { preamble: string; names: string };

/** Stubs for any library: each function is given to the preamble's `_task(name, queue=…)`. */
export const pythonStubs = (tasks: readonly AnyTask[], { preamble, names }: StubsFrame): string => {
  const takeFunction = createNames();
  const takeClass = createNames();
  for (const name of names.split(' ')) {
    takeFunction(name);
    takeClass(name);
  }
  const blocks = tasks.map((task) => taskBlock(task, takeFunction, takeClass));
  return `${[preamble.trimEnd(), ...blocks].join('\n\n\n')}\n`;
};

/** Names of the preamble. */
const RESERVED =
  'Any Callable Generic Iterator Literal Mapping Optional Protocol Sequence TypedDict TypeVar ParamSpec ' +
  'P R R_co Result Task current_app signature inspect sys annotations';

type Take = (name: string) => string;

const taskBlock = (task: AnyTask, takeFunction: Take, takeClass: Take): string => {
  const name = task.python?.name ?? task.name;
  const functionName = takeFunction(pythonName(name.slice(name.lastIndexOf('.') + 1)));
  const payload = schemaOf(task.payload, 'input');
  const result = schemaOf(task.result, 'output');
  const fields = fieldsOf(task, payload);
  const inputs = createPythonTypes(() => payload, takeClass);
  const outputs = createPythonTypes(() => result, takeClass);
  const parameters = takesTheCall(task)
    ? ['*args: Any', '**kwargs: Any']
    : parametersOf(fields, inputs, functionName);
  const returns = outputs.typeOf(result, `${functionName}_result`);
  const header = `@_task(${textRepr(name)}, queue=${textRepr(task.queue)})`;
  const signature = signatureOf(functionName, parameters, returns);
  const body = [
    ...docstring(task, takesTheCall(task) ? [] : fields),
    '    raise NotImplementedError("Taskyard runs it: use delay")',
  ];
  const source = [header, ...signature, ...body].join('\n');
  return [...inputs.classes, ...outputs.classes, source].join('\n\n\n');
};

const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): Schema =>
  // Zod's own type of a JSON Schema allows more than it makes.
  z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Schema;

type FieldOf = {
  field: string;
  name: string;
  schema: Schema;
  isRequired: boolean;
  isPositional: boolean;
};

/** The positional ones first, in the contract's order. */
const fieldsOf = (task: AnyTask, { properties = {}, required = [] }: Schema): FieldOf[] => {
  const positional = (task.python?.args ?? []).filter((name) => Object.hasOwn(properties, name));
  const others = Object.keys(properties).filter((name) => !positional.includes(name));
  return [...positional, ...others].map((field) => ({
    field,
    name: pythonName(field),
    schema: properties[field] ?? {},
    isRequired: required.includes(field),
    isPositional: positional.includes(field),
  }));
};

/** Python wants what has no default first: one that comes after is for keywords only. */
const parametersOf = (fields: readonly FieldOf[], types: PythonTypes, path: string): string[] => {
  const parameters: string[] = [];
  let hasDefault = false;
  let isKeywordOnly = false;
  for (const { name, schema, isRequired, isPositional } of fields) {
    if (!isKeywordOnly && (!isPositional || (hasDefault && isRequired))) {
      parameters.push('*');
      isKeywordOnly = true;
    }
    hasDefault ||= !isRequired;
    const type = types.typeOf(schema, `${path}_${name}`);
    parameters.push(isRequired ? `${name}: ${type}` : optional(name, type, schema.default));
  }
  return parameters;
};

/** A default of ours is said, not sent: what is left out stays out. */
const optional = (name: string, type: string, value: unknown): string =>
  isSimple(value) && value !== undefined && value !== null
    ? `${name}: ${type} = ${pythonLiteral(value)}`
    : `${name}: ${takesNone(type) ? type : `${type} | None`} = None`;

/** What stands in brackets is said of parts. */
const takesNone = (type: string) =>
  type
    .replaceAll(/\[.*\]/g, '')
    .split(' | ')
    .some((option) => option === 'None' || option === 'Any');

const isSimple = (value: unknown) => typeof value !== 'object';

const WIDTH = 100;

const signatureOf = (name: string, parameters: readonly string[], returns: string): string[] => {
  const line = `def ${name}(${parameters.join(', ')}) -> ${returns}:`;
  if (line.length <= WIDTH) return [line];
  return [
    `def ${name}(`,
    ...parameters.map((parameter) => `    ${parameter},`),
    `) -> ${returns}:`,
  ];
};

const docstring = (task: AnyTask, fields: readonly FieldOf[]): string[] => {
  const tries = task.attempts === 1 ? 'One attempt' : `Up to ${task.attempts} attempts`;
  const about = `Taskyard's ${task.name}, on the queue ${task.queue}.`;
  const policy = `${tries} of at most ${task.timeoutMs / 1000} s.`;
  const args = fields.flatMap(({ name, schema }) => {
    const words = describe(schema);
    return words === '' ? [] : [`        ${name}: ${words}.`];
  });
  const lines = [`    """${about}`, '', `    ${policy}`];
  if (args.length > 0) lines.push('', '    Args:', ...args);
  return [...lines, '    """'].map((line) => line.replaceAll('\\', '\\\\'));
};

/** What the type does not say. */
const describe = (schema: Schema): string => {
  const { description, format, minimum, maximum, minLength, maxLength } = schema;
  const words = [
    description,
    format,
    limit(minimum, 'at least'),
    limit(maximum, 'at most'),
    minLength === undefined ? undefined : `${characters(minLength)} or more`,
    maxLength === undefined ? undefined : `${characters(maxLength)} at most`,
    schema.default === undefined ? undefined : `${pythonLiteral(schema.default)} unless given`,
  ].filter((word) => word !== undefined);
  return words.join(', ').replaceAll('"', "'");
};

/** Not the ends of what a JavaScript number can count to. */
const limit = (value: number | undefined, word: string) =>
  value === undefined || Math.abs(value) >= Number.MAX_SAFE_INTEGER
    ? undefined
    : `${word} ${value}`;

const characters = (count: number) => (count === 1 ? '1 character' : `${count} characters`);
