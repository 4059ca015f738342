import { ForbiddenGlobalError } from '../../errors/forbidden-global-error.ts';
import { InvalidPickleError } from '../../errors/invalid-pickle-error.ts';
import { OP } from '../../opcodes.ts';
import { decodeUtf8 } from '../../utf8.ts';
import { hasKind, PYTHON } from '../../values/python.ts';
import type { PyException, PyOpaque, PyTuple } from '../../values/value.ts';
import { uuidFromInt, type PyUuid } from '../../values/uuid.ts';
import { asValue } from '../drafts.ts';
import { isInt } from '../globals/arguments.ts';
import { allowedGlobal } from '../globals/table.ts';
import type { Instruction, InstructionSet, Machine } from '../machine.ts';
import type { GlobalRef, Raw } from '../raw.ts';

const opaque = (
  { module, name }: { module: string; name: string },
  made: Pick<PyOpaque, 'args' | 'kwargs'> = {},
): PyOpaque => ({ [PYTHON]: 'opaque', module, name, ...made });

const global = ({ keepsUnknown }: Machine, module: string, name: string): Raw => {
  const ref = allowedGlobal(module, name);
  if (ref !== undefined) return ref;
  if (keepsUnknown) return opaque({ module, name });
  throw new ForbiddenGlobalError(module, name);
};

const globalFromLines = (machine: Machine) => {
  const module = decodeUtf8(machine.reader.line());
  machine.stack.push(global(machine, module, decodeUtf8(machine.reader.line())));
};

const globalFromStack = (machine: Machine) => {
  const name = machine.stack.pop();
  const module = machine.stack.pop();
  if (typeof name !== 'string' || typeof module !== 'string') {
    throw new InvalidPickleError('a global is not named by two strings');
  }
  machine.stack.push(global(machine, module, name));
};

const popTuple = ({ stack }: Machine): PyTuple => {
  const args = stack.pop();
  if (!hasKind(args, 'tuple')) throw new InvalidPickleError('arguments are not a tuple');
  return args;
};

/** A class outside the list; one that was called already is an object and cannot be called again. */
const isUnknownClass = (value: Raw): value is PyOpaque =>
  hasKind(value, 'opaque') && value.args === undefined;

/** The types of the list take four arguments at most, so this looks no further. */
const takesUnknown = ({ allowed }: GlobalRef, { items }: PyTuple) =>
  allowed.takesAnything !== true && items.slice(0, 4).some((item) => hasKind(item, 'opaque'));

const reduce: Instruction = (machine) => {
  const args = popTuple(machine);
  const callee = machine.stack.pop();
  machine.stack.push(call(machine, callee, args));
};

const call = (machine: Machine, callee: Raw, args: PyTuple): Raw => {
  if (isUnknownClass(callee)) return opaque(callee, { args });
  if (!hasKind(callee, 'global')) throw new InvalidPickleError('it calls what is no class');
  if (takesUnknown(callee, args)) return opaque(callee, { args });
  const { call: make } = callee.allowed;
  if (make === undefined) throw notCallable(callee);
  return make(args.items, machine, args);
};

const notCallable = ({ module, name }: GlobalRef) =>
  new ForbiddenGlobalError(module, name, 'which may be named but not called');

const create = (callee: Raw, args: PyTuple, kwargs?: Raw): Raw => {
  if (isUnknownClass(callee)) {
    return opaque(callee, kwargs === undefined ? { args } : { args, kwargs: asValue(kwargs) });
  }
  if (!hasKind(callee, 'global')) throw new InvalidPickleError('it creates what is no class');
  const { create: make } = callee.allowed;
  if (make === undefined || args.items.length > 0 || kwargs !== undefined) {
    throw notCallable(callee);
  }
  return make();
};

const newObject: Instruction = (machine) => {
  const args = popTuple(machine);
  machine.stack.push(create(machine.stack.pop(), args));
};

const newObjectWithKeywords: Instruction = (machine) => {
  const kwargs = machine.stack.pop();
  const args = popTuple(machine);
  machine.stack.push(create(machine.stack.pop(), args, kwargs));
};

/** Gives an object its state. Each object is ours until it is sealed. */
const build: Instruction = ({ stack }) => {
  const state = stack.pop();
  const target = stack.top();
  if (hasKind(target, 'uuid')) buildUuid(target, state);
  else if (hasKind(target, 'exception')) buildException(target, state);
  else if (hasKind(target, 'opaque')) (target as { state?: unknown }).state = state;
  else throw new InvalidPickleError('it gives state to what has none');
};

const buildUuid = (target: PyUuid, state: Raw) => {
  const int = hasKind(state, 'dict draft') ? state.strings.get('int') : undefined;
  if (target.text !== '' || !isInt(int) || int < 0 || int >= 1n << 128n) {
    throw new InvalidPickleError('a UUID is not given its number');
  }
  (target as { text: string }).text = uuidFromInt(BigInt(int));
};

const buildException = (target: PyException, state: Raw) => {
  const isDict = hasKind(state, 'dict draft') && state.becomes.kind === 'dict';
  if (!isDict || target.state !== null) {
    throw new InvalidPickleError('an exception is not given its attributes');
  }
  (target as { state: unknown }).state = state;
};

const refused =
  (what: string): Instruction =>
  () => {
    throw new InvalidPickleError(`it uses ${what}, which is never read`);
  };

/** Classes, and what is made of them. */
export const objects: InstructionSet = [
  [OP.GLOBAL, globalFromLines],
  [OP.STACK_GLOBAL, globalFromStack],
  [OP.REDUCE, reduce],
  [OP.NEWOBJ, newObject],
  [OP.NEWOBJ_EX, newObjectWithKeywords],
  [OP.BUILD, build],
  [OP.INST, refused('INST')],
  [OP.OBJ, refused('OBJ')],
  [OP.PERSID, refused('a persistent id')],
  [OP.BINPERSID, refused('a persistent id')],
  [OP.EXT1, refused('the extension registry')],
  [OP.EXT2, refused('the extension registry')],
  [OP.EXT4, refused('the extension registry')],
  [OP.NEXT_BUFFER, refused('an out-of-band buffer')],
  [OP.READONLY_BUFFER, refused('an out-of-band buffer')],
];
