import { UnencodableValueError } from '../errors/unencodable-value-error.ts';
import { createIdentity } from '../identity.ts';
import type { Plan } from './plan.ts';
import { planObject } from './plan-object.ts';
import { isScalar } from './scalars.ts';

/** Something that is written once, how often it is used, and its place in Python's memo once it has one. */
export type Surveyed = { uses: number; memo?: number };
export type SurveyedObject = Surveyed & { readonly plan: Plan };

export type Survey = {
  readonly objects: ReadonlyMap<unknown, SurveyedObject>;
  readonly texts: ReadonlyMap<string, Surveyed>;
};

/** Texts from this length on are written once; a shorter one costs about what naming it again does. */
const LONG_TEXT = 16;

/** `height` counts the levels of containers, itself included; it is 0 while its parts are looked at. */
type Node = SurveyedObject & { below: number; height: number };
type Frame = { readonly node: Node; at: number };

/**
 * Plans every object of a value once, without recursion, and counts how often each is used: what is shared
 * is written once, or a small graph could become a pickle without end.
 *
 * @throws {UnencodableValueError} for what has no Python counterpart, contains itself, or is nested deeper
 * than `maxDepth`.
 */
export const survey = (root: unknown, maxDepth: number): Survey => {
  const objects = new Map<object, Node>();
  const texts = new Map<string, Surveyed>();
  const open: Frame[] = [];
  const refusal = (why: string) => new UnencodableValueError(pathOf(open), why);
  const tools = { identity: createIdentity(() => {}), refusal };

  const visit = (part: unknown) => {
    if (typeof part === 'string') countText(texts, part);
    else if (!isScalar(part)) visitObject(part);
  };
  const visitObject = (part: unknown) => {
    if (typeof part !== 'object' || part === null) {
      throw refusal(`a ${typeof part} has no Python counterpart`);
    }
    const known = objects.get(part);
    if (known === undefined) enter(part);
    else if (known.height === 0) throw refusal('it contains itself');
    else {
      known.uses += 1;
      raise(known.height);
    }
  };
  const enter = (object: object) => {
    if (open.length >= maxDepth) throw refusal(tooDeep(maxDepth));
    const node = { plan: planObject(object, tools), uses: 1, below: 0, height: 0 };
    objects.set(object, node);
    open.push({ node, at: 0 });
  };
  const leave = (node: Node) => {
    open.pop();
    node.height = node.below + 1;
    // Deeper than the way here was: by sharing, a part can be reached by a longer way as well.
    if (node.height > maxDepth) throw refusal(tooDeep(maxDepth));
    raise(node.height);
  };
  const raise = (height: number) => {
    const parent = open.at(-1)?.node;
    if (parent !== undefined) parent.below = Math.max(parent.below, height);
  };

  visit(root);
  for (let frame = open.at(-1); frame !== undefined; frame = open.at(-1)) {
    const { parts } = frame.node.plan;
    if (frame.at < parts.length) visit(parts[frame.at++]);
    else leave(frame.node);
  }
  return { objects, texts };
};

const tooDeep = (maxDepth: number) => `it is nested more than ${maxDepth} levels deep`;

const countText = (texts: Map<string, Surveyed>, text: string) => {
  if (text.length < LONG_TEXT) return;
  const known = texts.get(text);
  if (known === undefined) texts.set(text, { uses: 1 });
  else known.uses += 1;
};

const pathOf = (open: readonly Frame[]): string =>
  open
    .map(({ node: { plan }, at }) => plan.label(plan.parts, at - 1))
    .join('')
    .replace(/^\./, '');
