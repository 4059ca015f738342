import { kindOf, type PYTHON } from '../values/python.ts';
import { py } from '../values/py.ts';
import type { PyValue } from '../values/value.ts';
import { leaf, planOfPlanned, type Plan, type PlansOf, type PlanTools } from './plan.ts';
import { collectionPlans } from './plan-collections.ts';
import { dict, list, set } from './plan-containers.ts';
import { exception } from './plan-exception.ts';
import { numberPlans } from './plan-numbers.ts';
import { timePlans } from './plan-times.ts';
import { writeBytes } from './scalars.ts';

const PYTHON_PLANS: PlansOf<PyValue[typeof PYTHON]> = {
  ...collectionPlans,
  ...numberPlans,
  ...timePlans,
  exception,
  opaque: ({ module, name }, { refusal }) => {
    throw refusal(`it is a ${module}.${name}, which can be shown but not written`);
  },
};

/**
 * How an object is written.
 *
 * @throws {UnencodableValueError} for one that has no Python counterpart.
 */
export const planObject = (object: object, tools: PlanTools): Plan => {
  const planned = planOfPlanned(object);
  if (planned !== undefined) return planned;
  const kind = kindOf(object);
  if (kind !== undefined) return planPython(kind, object as PyValue, tools);
  if (Array.isArray(object)) return list(object);
  if (object instanceof Map) return dict([...object].flat(1), tools);
  if (object instanceof Uint8Array) return leaf((out) => writeBytes(out, object));
  if (object instanceof Set) return set([...object], tools);
  if (object instanceof Date) return planDate(object, tools);
  if (isPlain(object)) return dict(Object.entries(object).flat(1), tools);
  throw tools.refusal(`an object of the class ${classOf(object)} has no Python counterpart`);
};

const classOf = (object: { constructor?: { name?: unknown } }) => String(object.constructor?.name);

const planPython = (kind: string, value: PyValue, tools: PlanTools): Plan => {
  if (!Object.hasOwn(PYTHON_PLANS, kind)) throw tools.refusal('it is no value of `py`');
  // The table is keyed by the very kind that the value says it is.
  const plan = PYTHON_PLANS[kind as keyof typeof PYTHON_PLANS] as (
    value: PyValue,
    tools: PlanTools,
  ) => Plan;
  return plan(value, tools);
};

/** An aware datetime in UTC; a Date is an instant, so no zone is guessed. */
const planDate = (date: Date, tools: PlanTools): Plan => {
  if (Number.isNaN(date.getTime())) throw tools.refusal('it is an invalid Date');
  const value = py.datetime({
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    microsecond: date.getUTCMilliseconds() * 1000,
    zone: py.utc,
  });
  return timePlans.datetime(value, tools);
};

const isPlain = (object: object) => {
  const prototype: unknown = Object.getPrototypeOf(object);
  return prototype === null || prototype === Object.prototype;
};
