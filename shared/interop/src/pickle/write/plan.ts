import type { UnencodableValueError } from '../errors/unencodable-value-error.ts';
import { OP } from '../opcodes.ts';
import type { Identity } from '../identity.ts';
import { kindOf, PYTHON } from '../values/python.ts';
import type { PyValue } from '../values/value.ts';
import type { Output } from './output.ts';
import { writeGlobal } from './scalars.ts';

/** How an object is written: something before its parts, the parts, something after them. */
export type Plan = {
  readonly open: (out: Output) => void;
  readonly parts: readonly unknown[];
  readonly close: (out: Output) => void;
  /** What a part is called in the path of an error. */
  readonly label: (parts: readonly unknown[], index: number) => string;
};

export type PlanTools = {
  readonly identity: Identity;
  /** The error to throw for the object being planned. */
  readonly refusal: (why: string) => UnencodableValueError;
};

type Kind = PyValue[typeof PYTHON];

/** A planner for each of these kinds of Python values. */
export type PlansOf<Kinds extends Kind> = {
  readonly [K in Kinds]: (
    value: Extract<PyValue, { readonly [PYTHON]: K }>,
    tools: PlanTools,
  ) => Plan;
};

export const check = (problem: string | undefined, { refusal }: PlanTools): void => {
  if (problem !== undefined) throw refusal(problem);
};

export const nothing = (): void => {};

/** Writes these opcodes. */
export const ops =
  (...opcodes: number[]) =>
  (out: Output): void =>
    out.bytes(...opcodes);

const unnamed = () => '';

/** An object without parts. */
export const leaf = (open: Plan['open']): Plan => ({
  open,
  parts: [],
  close: nothing,
  label: unnamed,
});

/** A plan that stands for a part of another. */
export const planned = (plan: Plan): object => ({ [PYTHON]: 'plan', plan });

export const planOfPlanned = (object: object): Plan | undefined =>
  kindOf(object) === 'plan' ? (object as { plan: Plan }).plan : undefined;

/** A class of Python, on its way to being called. */
export const global =
  (module: string, name: string): Plan['open'] =>
  (out) =>
    writeGlobal(out, module, name);

/** What calling the class that `open` puts on the stack makes. */
export const called = (open: Plan['open'], args: readonly unknown[]): Plan => ({
  open: args.length < SHORT_TUPLES.length ? open : inTurn(open, MARK),
  parts: args,
  close: CALLS[args.length] ?? CALL,
  label: unnamed,
});

export const MARK: Plan['open'] = ops(OP.MARK);

/** What makes a tuple of the top values of the stack, by their number; longer ones begin with a mark. */
export const SHORT_TUPLES = [OP.EMPTY_TUPLE, OP.TUPLE1, OP.TUPLE2, OP.TUPLE3];

const CALLS = SHORT_TUPLES.map((opcode) => ops(opcode, OP.REDUCE));
const CALL = ops(OP.TUPLE, OP.REDUCE);

/** One step after the other. */
export const inTurn =
  (...steps: readonly Plan['open'][]): Plan['open'] =>
  (out) => {
    for (const step of steps) step(out);
  };
